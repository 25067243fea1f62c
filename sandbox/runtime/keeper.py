"""The keeper: forks one child, watches it, and reports. It ends with the task, so nothing of it reaches the next."""

import json
import os
import select
import signal
import time
from typing import Any

from .child import run_child
from .codec import Loaded
from .confine import adopt_orphans, part_from_others
from .frames import CLOSED, EXITED, FLOODED, REPLY, SIGNALLED, TIMEOUT, frame, write_all

_HOST = 0  # the descriptor that the host's frames come from
_CHUNK = 1 << 16


class _Watch:
    """A child, its two pipes, and what came through them so far."""

    def __init__(self, pid: int, answer: int, output: int, order: dict[str, Any]) -> None:
        self.pid = pid
        self.ended: str | None = None
        self.code = 0
        self.cpu = 0.0
        self.answer = bytearray()
        self.output = bytearray()
        self._pipes = {answer: self._take_answer, output: self._take_output}
        self._order = order
        self._deadline = time.monotonic() + float(order["wall_seconds"])

    def run(self) -> None:
        """Until the child is gone: by itself, or killed for its time, its flood, or because the host wants it."""
        poll = select.poll()
        poll.register(_HOST, select.POLLIN)
        for fd in self._pipes:
            poll.register(fd, select.POLLIN)
        while self._pipes and self.ended is None:
            for fd, _ in poll.poll(max(0, self._left() * 1000)):
                if fd == _HOST:
                    self.ended = CLOSED
                elif not self._pipes[fd](os.read(fd, _CHUNK)):
                    poll.unregister(fd)
                    del self._pipes[fd]
            if self._left() <= 0:
                self.ended = self.ended or TIMEOUT
        pause = 0.00005
        while self.ended is None and not self._reap(os.WNOHANG):
            time.sleep(pause)
            pause = min(0.02, pause * 2)
            if self._left() <= 0:
                self.ended = TIMEOUT
        if self.ended in (None, EXITED, SIGNALLED):
            return
        os.kill(self.pid, signal.SIGKILL)
        ended = self.ended
        self._reap(0)
        self.ended = ended

    def _left(self) -> float:
        return self._deadline - time.monotonic()

    def _take_answer(self, data: bytes) -> bool:
        self.answer += data
        if len(self.answer) > self._order["result"]:
            self.ended = FLOODED
        return bool(data)

    def _take_output(self, data: bytes) -> bool:
        self.output += data[: max(0, self._order["stdout"] - len(self.output))]
        return bool(data)

    def _reap(self, flags: int) -> bool:
        pid, status, usage = os.wait4(self.pid, flags)
        if not pid:
            return False
        self.cpu = usage.ru_utime + usage.ru_stime
        self.ended = SIGNALLED if os.WIFSIGNALED(status) else EXITED
        self.code = os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return True


def keep(body: bytes, inputs: Loaded, uid: int | None, apart: bool, host: int) -> None:
    """Runs the order in ``body`` in a child, in namespaces ``apart`` or not, and writes one reply frame to ``host``."""
    adopt_orphans()
    if apart:
        part_from_others()
    order = json.loads(body)
    started = time.monotonic()
    answer_in, answer_out = os.pipe()
    output_in, output_out = os.pipe()
    pid = os.fork()
    if not pid:
        run_child(order, inputs, uid, answer_out, output_out)
    os.close(answer_out)
    os.close(output_out)
    watch = _Watch(pid, answer_in, output_in, order)
    watch.run()
    report = {
        "ended": watch.ended,
        "code": watch.code,
        "cpu": watch.cpu,
        "seconds": time.monotonic() - started,
        "stdout": watch.output.decode("utf-8", "replace"),
        "left_behind": sweep(uid),
    }
    told = json.dumps(report).encode()
    answer = bytes(watch.answer) if watch.ended == EXITED else b""
    write_all(host, frame(REPLY, len(told).to_bytes(4, "big") + told + answer))


def sweep(uid: int | None) -> int:
    """Ends every process that descends from this one or belongs to the child's user; how many there were."""
    count = 0
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return count
        if pid:
            count += 1
            continue
        if uid is not None:
            _kill_all_of(uid)
        for pid in _children():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.001)


def _kill_all_of(uid: int) -> None:
    pid = os.fork()
    if not pid:
        try:
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def _children() -> list[int]:
    me = os.getpid()
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    parent = file.read().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if int(parent) == me:
                found.append(int(name))
    return found
