"""Which process made a thing, told apart from all others that ever had its number, and whether it still lives."""

import os
import socket
from pathlib import Path


def owner(pid: int) -> str:
    """A process of this boot and this process namespace, by its number and start."""
    try:
        started = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        started = "gone"
    return f"{_place()}/{pid}@{started}"


def is_dead(told: str) -> bool | None:
    """Whether the process that ``told`` names is no more; None where it cannot be seen from here."""
    place, _, process = told.rpartition("/")
    if place != _place():
        return None
    pid = process.partition("@")[0]
    return not pid.isdigit() or owner(int(pid)) != told


def _place() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        boot, namespace = socket.gethostname(), ""
    return f"{boot}/{namespace}"
