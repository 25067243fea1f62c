"""The child: one task, one program, one answer, and the end."""

import contextlib
import fcntl
import gc
import io
import os
import signal
import sys
import time
from typing import Any

from . import codec
from .codec import Loaded
from .confine import confine
from .frames import write_all
from .loader import LoadError, describe, load_model
from .tasks import perform

ANSWER_FD = 3
COLLECTING = (20_000, 20, 50)  # when the collector of cycles looks: searches make many objects and hardly a cycle
_EXIT_CODE = 70  # what the program's own way out is told as
_NO_MEMORY = codec.answer(codec.MEMORY)  # made ahead: where there is no memory, it could not be


def run_child(order: dict[str, Any], inputs: Loaded, uid: int | None, answer_fd: int, output_fd: int) -> None:
    """Runs the order's program in this process, which is confined first, and ends it. Never returns."""
    code = _EXIT_CODE
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _descriptors(answer_fd, output_fd)
        sys.stdout = sys.stderr = _text(1)
        gc.set_threshold(*COLLECTING)
        confine(uid, order["memory"], order["cpu_seconds"], walls=order["walls"])
        answer = _answer(order, inputs)
        _flush()
        write_all(ANSWER_FD, answer)
        code = 0
    finally:
        os._exit(code)


def _answer(order: dict[str, Any], inputs: Loaded) -> bytes:
    wall, cpu = time.monotonic() + 0.75 * order["wall_seconds"], 0.75 * order["cpu_seconds"]

    def expired() -> bool:
        return bool(time.monotonic() > wall or time.process_time() > cpu)

    try:
        model = load_model(order["source"])
        return codec.answer(codec.OK, "", perform(order["task"], model, inputs, expired))
    except LoadError as error:
        return codec.answer(codec.LOAD_ERROR, str(error))
    except MemoryError:
        return _NO_MEMORY
    except (SystemExit, KeyboardInterrupt) as error:
        return codec.answer(codec.EXIT, describe(error))


def _flush() -> None:
    with contextlib.suppress(Exception):  # the program may have put anything there; what it printed is no answer
        sys.stdout.flush()


def _text(fd: int) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.FileIO(fd, "w", closefd=False), "utf-8", "backslashreplace", write_through=True)


def _descriptors(answer_fd: int, output_fd: int) -> None:
    """Leaves exactly four: nothing to read, output twice, the answer."""
    answer, output = fcntl.fcntl(answer_fd, fcntl.F_DUPFD, 10), fcntl.fcntl(output_fd, fcntl.F_DUPFD, 10)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(answer, ANSWER_FD)
    os.closerange(ANSWER_FD + 1, os.sysconf("SC_OPEN_MAX"))
