"""Jails whose maker was killed while it made them: they wait for its word for ever, and die of nothing else."""

import contextlib
import os
import signal
from pathlib import Path

from sandbox import owners

OWNER = "WORLDSMITH_JAIL_OWNER"


def mark() -> str:
    """What a jail of this process carries."""
    return owners.owner(os.getpid())


def remove_orphans() -> None:
    """Kills every process, as far as this user may, that carries the mark of a maker that is surely dead."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and owners.is_dead(_mark_of(folder)):
            with contextlib.suppress(OSError):
                os.kill(int(folder.name), signal.SIGKILL)


def _mark_of(folder: Path) -> str:
    """The mark in a process's environment, or nothing."""
    with contextlib.suppress(OSError):
        for entry in (folder / "environ").read_bytes().split(b"\0"):
            name, _, value = entry.partition(b"=")
            if name == OWNER.encode():
                return value.decode(errors="replace")
    return ""
