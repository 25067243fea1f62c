"""A session on a guest that a pool lends: the same for every backend."""

import json
import threading
from typing import Protocol

from sandbox.contract import (
    Explore,
    FindPlan,
    Inputs,
    Outcome,
    OutcomeKind,
    ReplayPlan,
    SandboxUnavailableError,
    Task,
)
from sandbox.guestlink import GuestLink, GuestLostError, GuestSilentError
from sandbox.inputs import encode, task_to_plain
from sandbox.limits import Limits
from sandbox.outcomes import answer_limit, judge

GRACE = 2.0  # seconds that the guest has beyond a task's own limit
_LOAD_SECONDS = 60.0
_RESET_SECONDS = 2.0


class Lender(Protocol):
    """Lends guests that are up and empty."""

    def lend(self) -> GuestLink:
        """A guest.

        Raises:
            SandboxUnavailableError: none can be had.
        """
        ...

    def take_back(self, guest: GuestLink, *, clean: bool) -> None:
        """Keeps a guest that is empty again for others, or ends one that is not ``clean``."""
        ...

    def check(self) -> None:
        """Asks the backend whether it is there.

        Raises:
            SandboxUnavailableError: it is not.
        """
        ...


class GuestSession:
    """See :class:`sandbox.contract.Session`. Tasks of one session run one after the other."""

    def __init__(self, lender: Lender, inputs: Inputs, limits: Limits) -> None:
        self._lender = lender
        self._limits = limits
        self._encoded = encode(inputs)
        self._guest: GuestLink | None = None
        self._busy = threading.Lock()  # held while the guest is talked to
        self._state = threading.Lock()  # guards the three below
        self._closed = False
        self._running = False
        self._reset_sent = False
        with self._busy:
            self._guest = self._start()

    def run(self, task: Task, source: str, limits: Limits | None = None) -> Outcome:
        """See :meth:`sandbox.contract.Session.run`.

        Raises:
            IndexError: the task names a start that is not there.
            SandboxUnavailableError: the backend is gone.
        """
        limits = limits or self._limits
        if isinstance(task, FindPlan | Explore | ReplayPlan) and not 0 <= task.start < len(self._encoded.inputs.starts):
            raise IndexError(f"there is no start number {task.start}")
        sources = [source, *task.rivals] if isinstance(task, Explore) else [source]
        size = max(len(text.encode("utf-8", "surrogatepass")) for text in sources)
        if size > limits.source:
            detail = f"the program has {size} bytes; at most {limits.source} are allowed"
            return Outcome(OutcomeKind.LOAD_ERROR, detail=detail)
        with self._busy:
            return self._run(task, source, limits)

    def load(self, inputs: Inputs) -> None:
        """See :meth:`sandbox.contract.Session.load`; a closed session stays closed.

        Raises:
            IndexError: a row names a state that is not there.
            SandboxUnavailableError: the backend is gone.
        """
        encoded = encode(inputs)
        with self._busy:
            self._encoded = encoded
            if self._closed:
                return
            guest, self._guest = self._guest, None
            self._guest = self._start(guest)

    def close(self) -> None:
        """See :meth:`sandbox.contract.Session.close`."""
        with self._state:
            if self._closed:
                return
            self._closed = True
            guest = self._guest
            if self._running and guest is not None:
                self._reset_sent = _asked_to_reset(guest)
        if not self._busy.acquire(timeout=_RESET_SECONDS):
            if guest is not None:
                guest.kill()
            self._busy.acquire()
        try:
            guest, self._guest = self._guest, None
            if guest is not None:
                clean = (self._reset_sent or _asked_to_reset(guest)) and _is_empty(guest)
                self._lender.take_back(guest, clean=clean)
        finally:
            self._busy.release()

    def _run(self, task: Task, source: str, limits: Limits) -> Outcome:
        encoded = self._encoded
        most = answer_limit(encoded, limits)
        order = {
            "task": task_to_plain(task),
            "source": source,
            "wall_seconds": limits.wall_seconds,
            "cpu_seconds": limits.cpu_seconds,
            "memory": limits.memory,
            "result": most,
            "stdout": limits.stdout,
            "walls": limits.walls,
        }
        body = json.dumps(order).encode()
        for _ in range(2):  # a guest may be lost by no fault of the program; twice in a row it is the program's
            guest = self._ready_guest()
            if guest is None:
                break
            try:
                report, answer = guest.run(body, limits.wall_seconds + GRACE, most)
            except GuestLostError:
                self._drop()
                continue
            except GuestSilentError:
                self._drop()
                if self._closed:
                    break
                self._lender.check()
                detail = f"not done after {limits.wall_seconds:g} s, nor stopped from inside"
                return Outcome(OutcomeKind.TIMEOUT, detail=detail, seconds=limits.wall_seconds + GRACE)
            finally:
                with self._state:
                    self._running = False
            outcome = judge(task, encoded, limits, report, answer)
            if outcome.findings:
                self._drop()
            return outcome
        if self._closed:
            return Outcome(OutcomeKind.CLOSED, detail="the session was closed")
        self._lender.check()
        return Outcome(OutcomeKind.CRASH, detail="the sandbox's guest ended during the task")

    def _ready_guest(self) -> GuestLink | None:
        """A guest with the inputs, marked as running; None once the session is closed."""
        if self._guest is not None and not self._guest.is_quiet():
            self._drop()
        if self._guest is None and not self._closed:
            self._guest = self._start()
        with self._state:
            self._running = not self._closed
            return self._guest if self._running else None

    def _start(self, guest: GuestLink | None = None) -> GuestLink:
        """A guest with this session's inputs: ``guest`` after a reset, or else another."""
        if guest is not None:
            if _asked_to_reset(guest) and _is_empty(guest) and self._loaded(guest):
                return guest
            self._lender.take_back(guest, clean=False)
        for _ in range(2):
            guest = self._lender.lend()
            if self._loaded(guest):
                return guest
            self._lender.take_back(guest, clean=False)
            self._lender.check()
        raise SandboxUnavailableError(
            "The sandbox's guest does not take its inputs; see `worldsmith sandbox selftest`."
        )

    def _loaded(self, guest: GuestLink) -> bool:
        try:
            guest.load(self._encoded.data, _LOAD_SECONDS)
        except (GuestLostError, GuestSilentError):
            return False
        return True

    def _drop(self) -> None:
        guest, self._guest = self._guest, None
        if guest is not None:
            self._lender.take_back(guest, clean=False)


def _asked_to_reset(guest: GuestLink) -> bool:
    try:
        guest.reset()
    except (GuestLostError, GuestSilentError):
        return False
    return True


def _is_empty(guest: GuestLink) -> bool:
    try:
        guest.await_ready(_RESET_SECONDS)
    except (GuestLostError, GuestSilentError):
        return False
    return True
