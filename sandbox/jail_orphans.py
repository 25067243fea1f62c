"""Jails whose maker was killed while it made them: they wait for its word for ever, and die of nothing else."""

import contextlib
import os
import signal
from pathlib import Path

OWNER = "WORLDSMITH_JAIL_OWNER"


def mark() -> str:
    """What tells this process from a later one of the same number."""
    return f"{os.getpid()}@{_started(os.getpid())}"


def remove_orphans() -> None:
    """Kills every process, as far as this user may, that carries the mark of a maker that is gone."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            owner = _owner(folder)
            if owner and owner != f"{owner.partition('@')[0]}@{_started(int(owner.partition('@')[0]))}":
                with contextlib.suppress(OSError):
                    os.kill(int(folder.name), signal.SIGKILL)


def _owner(folder: Path) -> str:
    """The mark in a process's environment, or nothing."""
    with contextlib.suppress(OSError):
        for entry in (folder / "environ").read_bytes().split(b"\0"):
            name, _, value = entry.partition(b"=")
            if name == OWNER.encode() and value.partition(b"@")[0].isdigit():
                return value.decode(errors="replace")
    return ""


def _started(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    except OSError:
        return "gone"
