"""The guest: a chain of disposable processes, each of which sees only what its work needs.

- The *supervisor* (PID 1 of a container) holds nothing. It forks a warm parent, and another when that one ends.
- The *warm parent* reads one part's inputs from the host and holds only them. For each task it forks a keeper.
- The *keeper* reads the task, forks a child, watches it and frames the reply; it ends with the task.
- The *child* is confined and runs the program. Its bytes are opaque to the keeper.

A reset ends the warm parent, and so all that it ever held. The end of the host's frames ends everything.
"""

import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable

from .allowed import MODULES, RUNTIME
from .codec import Loaded, decode_inputs
from .confine import adopt_orphans, few_descriptors, harden
from .frames import (
    FAILED,
    LOAD,
    LOADED,
    READY,
    RESET,
    RUN,
    EndOfInputError,
    frame,
    read_exactly,
    read_header,
    write_all,
)
from .keeper import keep, sweep

_HOST_IN, _HOST_OUT = 0, 1
_AGAIN, _GONE = 0, 3  # how a warm parent ends: reset, or the host is gone
_PRELOAD = ("encodings.idna", "encodings.unicode_escape", "traceback", "unicodedata")  # what a child may need late


class Uids:
    """The users that children become, each in turn; none when the guest is not root."""

    def __init__(self, first: int, count: int) -> None:
        self._first, self._count, self._used = first, count, 0

    def next(self) -> int | None:
        """The next one."""
        if not self._count:
            return None
        self._used += 1
        return self._first + self._used % self._count


def own_range() -> tuple[int, int]:
    """First and count of users that no other guest on this machine uses, as far as its user namespace has any."""
    if os.getuid() != 0:
        return 0, 0
    with open("/proc/self/uid_map", encoding="ascii") as file:
        spans = [tuple(map(int, line.split())) for line in file]
    top = max(first + count for first, _, count in spans)
    if top > 1 << 30:
        return (1 << 29) + os.getpid() * 64, 64
    if top > 60_000:
        return 20_000 + os.getpid() * 16 % 40_000, 16
    return 0, 0


def serve(first_uid: int, uids: int, apart: bool) -> None:
    """Runs the guest on the frames of descriptor 0 until they end; answers on descriptor 1. Never returns.

    Each child is another user of the range, if there is one, and lives in namespaces of its own when ``apart``.
    """
    for name in sorted(MODULES - {RUNTIME}) + list(_PRELOAD):
        importlib.import_module(name)
    few_descriptors()
    os.closerange(_HOST_OUT + 2, 256)
    harden()
    adopt_orphans()
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(_GONE))  # as PID 1 it would otherwise be ignored
    gc.collect()
    gc.freeze()  # a parent that collects garbage once it has its inputs then looks at those alone
    while True:
        code = _fork_and_wait(lambda: _warm_parent(Uids(first_uid, uids), apart))
        sweep(None)
        if code != _AGAIN:
            os._exit(code)


def _fork_and_wait(work: Callable[[], int]) -> int:
    pid = os.fork()
    if not pid:
        code = 1
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF


def _warm_parent(uids: Uids, apart: bool) -> int:
    inputs: Loaded | None = None
    write_all(_HOST_OUT, frame(READY))
    try:
        while True:
            kind, size = read_header(_HOST_IN)
            if kind == RESET:
                return _AGAIN
            if kind == LOAD and inputs is None:
                inputs = decode_inputs(read_exactly(_HOST_IN, size))
                gc.collect()
                gc.freeze()  # a child that collects garbage then leaves the shared pages alone
                write_all(_HOST_OUT, frame(LOADED))
            elif kind == RUN and inputs is not None:
                _task(size, inputs, uids.next(), apart)
            else:
                write_all(_HOST_OUT, frame(FAILED, b"unexpected frame " + kind))
                return _GONE
    except EndOfInputError:
        return _GONE


def _task(size: int, inputs: Loaded, uid: int | None, apart: bool) -> None:
    def work() -> int:
        keep(read_exactly(_HOST_IN, size), inputs, uid, apart, _HOST_OUT)
        return 0

    if _fork_and_wait(work):
        raise EndOfInputError  # without a reply the host would wait for ever
    sweep(uid)


def main() -> None:
    """``python … runtime/ [FIRST_UID COUNT [apart]]``; without a range, one of its own."""
    first, count = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else own_range()
    serve(first, count, sys.argv[3:] == ["apart"])
