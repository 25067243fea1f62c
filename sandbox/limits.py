"""Every limit of the sandbox, in one place, as data."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one child may use. Seconds are wall-clock unless the name says CPU; sizes are bytes."""

    wall_seconds: float = 10.0
    cpu_seconds: int = 10
    memory: int = 512 * MIB  # RLIMIT_AS of the child; below the container's
    container_memory: int = 768 * MIB  # cgroup, swap included
    processes: int = 64  # in the container
    result: int = 64 * MIB  # bytes that a child may return
    stdout: int = 16 * 1024  # bytes of its output that are kept; the rest is dropped
    source: int = 256 * 1024  # bytes of a program's text
    walls: bool = True  # False is for canaries: a child without its own limits and filter sees what else holds it
