"""Work in threads that an event loop waits for.

Not asyncio's own threads: those are waited for when a loop ends, however long what they do takes. These are the ones of
:class:`~agent_client.calls.Callers`, which nobody has to wait for.
"""

import asyncio
import concurrent.futures
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from agent_client.calls import Callers

T = TypeVar("T")

_ALIVE = 1.0  # seconds between two looks at whether a loop still runs
_END: Final = object()


class Threads:
    """Threads for the tasks of one event loop."""

    def __init__(self) -> None:
        self._callers = Callers()

    def begin(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """Has ``work`` done in a thread; what it returns or raises is the future's. Cancelling that ends nothing."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        future.add_done_callback(_look)

        def run() -> None:
            try:
                settle = partial(future.set_result, work())
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                settle = partial(future.set_exception, error)
            with suppress(RuntimeError):  # the loop is closed, and nobody waits
                loop.call_soon_threadsafe(lambda: None if future.done() else settle())

        self._callers.begin(run)
        return future

    def close(self) -> None:
        """Ends the threads, each after what it does at present."""
        self._callers.close()


class Steps(Generic[T]):
    """An iterator that is made and moved on in threads, as an asynchronous one. ``last`` is what came last.

    A task that is cancelled leaves a step behind in its thread: :meth:`drop` closes the iterator after it.
    """

    def __init__(self, threads: Threads, make: Callable[[], Iterator[T]]) -> None:
        self.last: T | None = None
        self._threads = threads
        self._make = make
        self._made: Iterator[T] | None = None
        self._lock = Lock()
        self._busy = self._dropped = False
        self._step: asyncio.Future[Any] | None = None

    def __aiter__(self) -> "Steps[T]":
        return self

    async def __anext__(self) -> T:
        """What comes next."""
        self._step = self._threads.begin(self._go)
        found = await asyncio.shield(self._step)
        if found is _END:
            raise StopAsyncIteration
        value: T = found
        return value

    def drop(self) -> "asyncio.Future[Any]":
        """Closes the iterator, at once or after the present step; the future tells when."""
        with self._lock:
            self._dropped = True
            step = self._step if self._busy else None
        return step if step is not None else self._threads.begin(self._close)

    def _go(self) -> Any:
        with self._lock:
            if self._dropped:
                return _END
            self._busy = True
        try:
            if self._made is None:
                self._made = self._make()
            found: Any = next(self._made, _END)
            if found is not _END:
                self.last = found
            return found
        finally:
            with self._lock:
                self._busy, dropped = False, self._dropped
            if dropped:
                self._close()

    def _close(self) -> None:
        close = getattr(self._made, "close", None)
        if close is not None:
            close()


def in_loop(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> "concurrent.futures.Future[T]":
    """From a thread: begins ``work`` in a loop. Its future is cancelled where the loop is closed."""
    try:
        return asyncio.run_coroutine_threadsafe(work, loop)
    except RuntimeError:
        work.close()
        gone: concurrent.futures.Future[T] = concurrent.futures.Future()
        gone.cancel()
        return gone


def result_in(loop: asyncio.AbstractEventLoop, future: "concurrent.futures.Future[T]") -> T:
    """From a thread: waits for what was begun in a loop, and returns or raises it.

    Raises:
        CancelledError: it was cancelled (``concurrent.futures``' error), or the loop runs no more.
    """
    while not concurrent.futures.wait([future], _ALIVE).done:
        if not loop.is_running():
            future.cancel()
    return future.result()


def _look(future: "asyncio.Future[Any]") -> None:
    """Sees an error, so that nothing complains where nobody waits for it any more."""
    if not future.cancelled():
        future.exception()
