"""Turns shared out fairly: whoever asks for much waits behind itself, not in front of others."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class QueueFullError(RuntimeError):
    """One caller has as much waiting as it may; the text says how much that is."""


class FairQueue:
    """At most ``at_once`` turns are taken at a time, and ``share`` of them by one caller.

    The rest wait, in order for each caller; callers are served by rotation. So as long as one caller leaves room, by
    ``share``, another is served at once, however much the first has asked for. ``waiting`` bounds how many of one
    caller wait; None: any number. Used from one event loop.
    """

    def __init__(self, at_once: int, share: int | None = None, waiting: int | None = None) -> None:
        self._at_once = at_once
        self._share = at_once if share is None else share
        if self._at_once < 1 or self._share < 1:
            raise ValueError("a queue gives at least one turn at a time")
        self._waiting = waiting
        self._taken: Counter[Hashable] = Counter()
        self._lines: dict[Hashable, deque[asyncio.Future[None]]] = {}  # in the order in which callers are served

    @asynccontextmanager
    async def turn(self, caller: Hashable) -> AsyncIterator[None]:
        """A turn for the length of the block; waits for it. Cancelling gives up the place, or the turn.

        Raises:
            QueueFullError: the caller has too much waiting already.
        """
        await self._take(caller)
        try:
            yield
        finally:
            self._give_back(caller)

    async def _take(self, caller: Hashable) -> None:
        if caller not in self._lines and self._has_room(caller):  # nobody waits where there is room, see _serve
            self._taken[caller] += 1
            return
        line = self._lines.setdefault(caller, deque())
        if self._waiting is not None and len(line) >= self._waiting:
            if not line:
                del self._lines[caller]
            raise QueueFullError(f"{self._waiting} calls of this caller wait already, as many as may; try again later")
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                self._leave(caller, place)
            else:  # the turn came together with the cancellation
                self._give_back(caller)
            raise

    def _has_room(self, caller: Hashable) -> bool:
        return self._taken.total() < self._at_once and self._taken[caller] < self._share

    def _give_back(self, caller: Hashable) -> None:
        self._taken[caller] -= 1
        if not self._taken[caller]:
            del self._taken[caller]
        self._serve()

    def _leave(self, caller: Hashable, place: "asyncio.Future[None]") -> None:
        line = self._lines.get(caller)
        if line is not None and place in line:
            line.remove(place)
            if not line:
                del self._lines[caller]

    def _serve(self) -> None:
        """Gives turns until all are taken, or all who wait have their share."""
        while (caller := next((one for one in self._lines if self._has_room(one)), None)) is not None:
            line = self._lines.pop(caller)
            place = line.popleft()
            if line:
                self._lines[caller] = line  # behind the others
            if not place.done():  # else cancelled just now
                self._taken[caller] += 1
                place.set_result(None)
