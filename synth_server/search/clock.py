"""The time of a search: how much is spent, and work that ends when it is over."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class EndedError(Exception):
    """A search is over; the text is the reason."""


class Clock:
    """Counts seconds up to a bound, those ``spent`` before included; ``stop`` ends the search from outside.

    ``deadline`` is a ``time.monotonic`` value.
    """

    def __init__(self, seconds: float, spent: float = 0.0, stop: asyncio.Event | None = None) -> None:
        self._began = time.monotonic() - spent
        self._stop = stop or asyncio.Event()
        self.deadline = self._began + seconds

    def seconds(self) -> float:
        """How many were spent."""
        return time.monotonic() - self._began

    def late(self) -> bool:
        """Whether the bound is reached."""
        return time.monotonic() >= self.deadline

    async def unless_over(self, work: Coroutine[Any, Any, T], deadline: float | None) -> T:
        """The result of ``work``, unless the search is stopped or it is past ``deadline`` first, which cancels it.

        Raises:
            EndedError: it was.
        """
        task = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self._stop.wait())
        timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
        try:
            await asyncio.wait({task, stopping}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
        finally:
            stopping.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
                if not task.cancelled():
                    task.exception()  # nobody asks for it any more
        raise EndedError("cancelled" if self._stop.is_set() else "budget: seconds")
