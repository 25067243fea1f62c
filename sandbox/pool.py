"""Guests that are up and empty, lent to sessions and taken back."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sandbox.contract import SandboxUnavailableError
from sandbox.guestlink import GuestLink

_KEEP = 8  # guests given back are kept up to this many, or the spares if those are more


class Pool:
    """Starts guests with ``start``, keeps ``spares`` of them waiting once the first was lent, and ends them.

    ``check`` raises SandboxUnavailableError when the backend is gone.
    """

    def __init__(self, start: Callable[[], GuestLink], check: Callable[[], None], spares: int) -> None:
        self.check = check
        self._start = start
        self._spares = spares
        self._lock = threading.Lock()
        self._idle: list[GuestLink] = []
        self._lent: set[GuestLink] = set()
        self._starting = 0
        self._closed = False
        self._work: ThreadPoolExecutor | None = None

    def lend(self) -> GuestLink:
        """A guest that is up and empty.

        Raises:
            SandboxUnavailableError: none can be started, or the pool was closed.
        """
        guest = self._waiting() or self._start()
        with self._lock:
            closed = self._closed
            if not closed:
                self._lent.add(guest)
        if closed:
            guest.kill()
            raise SandboxUnavailableError("The sandbox was closed; open another.")
        self._refill()
        return guest

    def take_back(self, guest: GuestLink, *, clean: bool) -> None:
        """Keeps a guest that is empty again, or ends one that is not ``clean``, in the background."""
        with self._lock:
            self._lent.discard(guest)
            keep = clean and not self._closed and len(self._idle) < max(_KEEP, self._spares)
            if keep:
                self._idle.append(guest)
        if not keep and not self._do(guest.kill):
            guest.kill()

    def close(self) -> None:
        """Ends every guest, lent or not; returns when they are gone."""
        with self._lock:
            self._closed = True
            work, self._work = self._work, None
            guests = [*self._idle, *self._lent]
            self._idle.clear()
            self._lent.clear()
        for guest in guests:
            guest.kill()
        if work is not None:
            work.shutdown(wait=True)

    def _waiting(self) -> GuestLink | None:
        while True:
            with self._lock:
                guest = self._idle.pop() if self._idle else None
            if guest is None or guest.is_quiet():
                return guest
            guest.kill()

    def _refill(self) -> None:
        with self._lock:
            missing = self._spares - len(self._idle) - self._starting
            self._starting += max(0, missing)
        for _ in range(missing):
            if not self._do(self._start_spare):
                with self._lock:
                    self._starting -= 1

    def _start_spare(self) -> None:
        guest = None
        try:
            if not self._closed:
                guest = self._start()
        except SandboxUnavailableError:
            pass  # whoever asks for a guest next is told
        finally:
            with self._lock:
                self._starting -= 1
                keep = guest is not None and not self._closed
                if keep and guest is not None:
                    self._idle.append(guest)
        if guest is not None and not keep:
            guest.kill()

    def _do(self, job: Callable[[], None]) -> bool:
        """Has a job done in the background; False once closed."""
        with self._lock:
            if self._closed:
                return False
            if self._work is None:
                self._work = ThreadPoolExecutor(max_workers=2, thread_name_prefix="sandbox")
            self._work.submit(job)
            return True


class SeededPools:
    """A pool for each hash seed that was asked for, since a fork keeps its parent's; seed 0's has the ``spares``."""

    def __init__(self, start: Callable[[int], GuestLink], check: Callable[[], None], spares: int) -> None:
        self._start = start
        self._check = check
        self._spares = spares
        self._lock = threading.Lock()
        self._pools: dict[int, Pool] = {}
        self._closed = False

    def of(self, seed: int) -> Pool:
        """The pool of one seed.

        Raises:
            SandboxUnavailableError: the pools were closed.
        """
        with self._lock:
            if self._closed:
                raise SandboxUnavailableError("The sandbox was closed; open another.")
            if seed not in self._pools:
                self._pools[seed] = Pool(partial(self._start, seed), self._check, 0 if seed else self._spares)
            return self._pools[seed]

    def close(self) -> None:
        """Ends every guest, lent or not; returns when they are gone."""
        with self._lock:
            self._closed = True
            pools = list(self._pools.values())
        for pool in pools:
            pool.close()
