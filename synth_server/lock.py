"""One server at a time uses a data directory: two would both go on with the same syntheses."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE_NAME = "lock"


class DirectoryInUseError(RuntimeError):
    """The data directory cannot be used; the text says why and what to do."""


@contextmanager
def exclusive(directory: Path) -> Iterator[None]:
    """Holds the directory for this process; it is free again when the process ends, however it ends.

    Raises:
        DirectoryInUseError: another server holds it, or it cannot be made or written.
    """
    path = directory / FILE_NAME
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DirectoryInUseError(f"cannot use the data directory {directory}: {error.strerror}") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            raise DirectoryInUseError(
                f"the server with process id {holder} uses the data directory {directory}; "
                "talk to that one, or choose another directory with --data-dir"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
