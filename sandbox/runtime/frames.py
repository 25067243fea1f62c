"""Frames between host and guest: a kind (one byte), a length (four, big-endian), a body."""

import os
import struct

HEADER = struct.Struct(">cI")

# From the host.
LOAD, RUN, RESET = b"L", b"R", b"X"
# From the guest: started (or reset) and empty; inputs loaded; a task's report and the child's bytes; cannot go on.
READY, LOADED, REPLY, FAILED = b"Y", b"D", b"A", b"F"

# How a child ended, in a reply's report.
EXITED, SIGNALLED, TIMEOUT, FLOODED, CLOSED = "exited", "signalled", "timeout", "flooded", "closed"


class EndOfInputError(Exception):
    """The other side is gone."""


def frame(kind: bytes, body: bytes = b"") -> bytes:
    """One frame."""
    return HEADER.pack(kind, len(body)) + body


def read_exactly(fd: int, size: int) -> bytes:
    """``size`` bytes.

    Raises:
        EndOfInputError: there are fewer.
    """
    parts = []
    while size:
        part = os.read(fd, min(size, 1 << 20))
        if not part:
            raise EndOfInputError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_header(fd: int) -> tuple[bytes, int]:
    """Kind and length of the next frame.

    Raises:
        EndOfInputError: there is none.
    """
    kind, size = HEADER.unpack(read_exactly(fd, HEADER.size))
    return kind, size


def write_all(fd: int, data: bytes) -> None:
    """All of ``data``."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
