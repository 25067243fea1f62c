"""How many requests are under way at one API: fewer when it asks for it, more again while it does not."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

_SETTLES = 1.0  # seconds in which further complaints belong to what was sent before the last cut
_LONGEST_PAUSE = 60.0  # seconds


class Limiter:
    """Additive increase, multiplicative decrease (Chiu and Jain, 1989); turns are given in the order of asking.

    ``most`` is how many requests may ever be under way. Every request that succeeds raises the limit by its
    share of one; an API's complaint (HTTP 429 or 529) halves it and lets nobody begin before the time that it names.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = max(1, most)
        self._clock = clock
        self._limit = float(self._most)
        self._active = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._resumes = 0.0  # when the pause is over
        self._cut = float("-inf")  # when the limit was last halved
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def limit(self) -> int:
        """How many may be under way now."""
        return int(self._limit)

    @property
    def active(self) -> int:
        """How many are."""
        return self._active

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits until one more request may begin; the block is the request. Cancelling gives the turn to the next."""
        await self._enter()
        try:
            yield
            self._limit = min(float(self._most), self._limit + 1.0 / self._limit)
        finally:
            self._active -= 1
            self._admit()

    def overloaded(self, retry_after: float | None = None) -> None:
        """The API asked for fewer requests, and for none within ``retry_after`` seconds."""
        now = self._clock()
        self._resumes = max(self._resumes, now + min(retry_after or 0.0, _LONGEST_PAUSE))
        if now - self._cut >= _SETTLES:
            self._cut = now
            self._limit = max(1.0, self._limit / 2)

    async def _enter(self) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        self._admit()
        try:
            await mine
        except asyncio.CancelledError:
            if mine.cancelled():
                self._waiting.remove(mine)
            else:  # it was given, and nobody took it
                self._active -= 1
                self._admit()
            raise

    def _admit(self) -> None:
        """Lets those begin that may."""
        pause = self._resumes - self._clock()
        if pause > 0:
            if self._waiting and self._alarm is None:
                self._alarm = asyncio.get_running_loop().call_later(pause, self._wake)
            return
        waiting = (one for one in list(self._waiting) if not one.done())
        for one in waiting:
            if self._active >= self.limit:
                return
            self._waiting.remove(one)
            self._active += 1
            one.set_result(None)

    def _wake(self) -> None:
        self._alarm = None
        self._admit()
