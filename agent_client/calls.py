"""Calls into gRPC, from threads of their own.

Python delivers Ctrl-C to the main thread wherever that happens to be. Inside of gRPC it may be in a callback that
swallows every exception, or hold a lock that is then never given back: the interrupt is lost, or the process hangs.
So the calling thread only ever waits for another one, and an interrupt meets nothing but that. The threads are kept,
since a thread that is taken apart has such callbacks too.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class _End:
    """How a call ended: with an error, or well."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class Callers:
    """Threads that make calls. As many as there are calls at once; they are started when they are first needed."""

    def __init__(self) -> None:
        self._idle: list[SimpleQueue[Callable[[], None] | None]] = []
        self._closed = False

    def call(self, work: Callable[[], T]) -> T:
        """What ``work`` returns, or raises, in another thread. An interrupt leaves it behind there."""
        answer: SimpleQueue[tuple[Any, _End]] = SimpleQueue()

        def run() -> None:
            try:
                answer.put((work(), _End()))
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                answer.put((None, _End(error)))

        self.begin(run)
        value, end = answer.get()
        if end.error is not None:
            raise end.error
        result: T = value
        return result

    def begin(self, work: Callable[[], None]) -> None:
        """Has ``work``, which raises nothing, done in another thread."""
        try:
            orders = self._idle.pop()
        except IndexError:
            orders = SimpleQueue()
            threading.Thread(target=self._serve, args=(orders,), daemon=True, name="worldsmith-call").start()
        orders.put(work)

    def close(self) -> None:
        """Ends the threads, each after its present call."""
        self._closed = True
        while self._idle:
            self._idle.pop().put(None)

    def _serve(self, orders: "SimpleQueue[Callable[[], None] | None]") -> None:
        while (work := orders.get()) is not None:
            work()
            del work  # what it made is taken apart in here
            if self._closed:
                return
            self._idle.append(orders)


class Stream(Generic[T]):
    """The answers of a streaming call that is begun, read and cancelled elsewhere. Iterate over it once."""

    def __init__(self, callers: Callers, begin: Callable[[], Iterable[T]]) -> None:
        self._answers: SimpleQueue[T | _End] = SimpleQueue()
        self._callers = callers
        self._call: Any = None
        self._cancelled = False
        callers.begin(lambda: self._read(begin))

    def __iter__(self) -> Iterator[T]:
        """The answers as they come; raises what the call raises, nothing once it was cancelled."""
        while not isinstance(answer := self._answers.get(), _End):
            yield answer
        if answer.error is not None:
            raise answer.error

    def cancel(self) -> None:
        """Ends the call. Cancelling twice, or after its end, does nothing."""
        self._cancelled = True
        if self._call is not None:
            self._callers.begin(self._stop)

    def _read(self, begin: Callable[[], Iterable[T]]) -> None:
        try:
            self._call = call = begin()
            if self._cancelled:
                self._stop()
            for answer in call:
                self._answers.put(answer)
            self._answers.put(_End())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            if self._cancelled:  # nobody waits any more; gRPC's error is the call object itself, with a cycle through
                error.with_traceback(None)  # its traceback: without that it is freed in this thread
                self._answers.put(_End())
            else:
                self._answers.put(_End(error))
        finally:
            self._call = None

    def _stop(self) -> None:
        call = self._call
        if call is not None:
            call.cancel()
