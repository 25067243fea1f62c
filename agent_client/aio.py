"""The client for asyncio: connect, play and all calls, as coroutines.

What is here has no conversion and no rule of its own: all is done by the synchronous client in threads
(docs/adr/0038-asyncio-by-threads.md). Cancelling a task ends what it waits for: a play, a search, a server's start.
"""

import asyncio
import concurrent.futures
import functools
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from agent_client import client, playing, session, types
from agent_client.adapters.base import Environment
from agent_client.errors import WorldsmithError
from agent_client.events import Event, ModelMissing, ModelReceived, SynthesisProgress
from agent_client.keys import TrustedKey
from agent_client.playing import PlayRequest
from agent_client.result import PlayResult
from agent_client.session import ServerChoice
from agent_client.threads import Steps, Threads, in_loop, result_in

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 5.0  # seconds that a cancelled task waits for what it began to end
Observer = Callable[[Event], Awaitable[None] | None]
"""What is told a play's events, in the loop's own thread: a function, or a coroutine function (a queue's ``put``)."""


def _call(
    method: Callable[Concatenate[client.Client, P], T],
) -> Callable[Concatenate["Client", P], Coroutine[Any, Any, T]]:
    """The method as a coroutine. A task that is cancelled leaves the call to end by itself."""

    @functools.wraps(method)
    async def called(self: "Client", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.threads.begin(lambda: method(self.blocking, *args, **kwargs))

    return called


def _each(
    method: Callable[Concatenate[client.Client, P], Iterator[T]],
    cancelled: Callable[["Client", Steps[T]], Awaitable[None]] | None = None,
) -> Callable[Concatenate["Client", P], AsyncIterator[T]]:
    """The method as an asynchronous iterator. ``cancelled`` is what to do when a task is, while it waits for more."""

    @functools.wraps(method)
    async def iterated(self: "Client", /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        steps = Steps(self.threads, lambda: method(self.blocking, *args, **kwargs))
        try:
            while True:
                try:
                    step = await anext(steps)
                except StopAsyncIteration:
                    return
                except asyncio.CancelledError:
                    if cancelled is not None:
                        await cancelled(self, steps)
                    raise
                yield step
        finally:
            steps.drop()

    return iterated


async def _cancel_search(self: "Client", steps: Steps[types.SynthesisEvent]) -> None:
    """Ends the search of these events at the server, also one that has told of nothing yet."""
    dropped = steps.drop()
    if steps.last is None:
        await asyncio.wait({dropped}, timeout=PATIENCE)
    if steps.last is not None:
        await self.end_search(steps.last.synthesis)


class Client:
    """:class:`agent_client.client.Client`, with the same methods and errors, for asyncio.

    A task that is cancelled while it waits for the next event of :meth:`synthesize` cancels the search; an iterator
    that is dropped leaves it to go on.
    """

    def __init__(self, blocking: client.Client, threads: Threads) -> None:
        """``blocking`` is what makes the calls, in ``threads``; both are the caller's to close."""
        self.blocking = blocking
        self.threads = threads

    server_info = _call(client.Client.server_info)
    list_providers = _call(client.Client.list_providers)
    create_world = _call(client.Client.create_world)
    get_world = _call(client.Client.get_world)
    diagnose = _call(client.Client.diagnose)
    submit = _call(client.Client.submit)
    synthesize = _each(client.Client.synthesize, _cancel_search)
    watch = _each(client.Client.watch)
    cancel = _call(client.Client.cancel)
    get_synthesis = _call(client.Client.get_synthesis)
    list_syntheses = _each(client.Client.list_syntheses)
    trace = _each(client.Client.trace)
    get_model = _call(client.Client.get_model)
    list_models = _each(client.Client.list_models)
    next_experiment = _call(client.Client.next_experiment)
    evaluate = _call(client.Client.evaluate)

    async def end_search(self, synthesis: str) -> None:
        """Cancels a search as far as the server still answers, within :data:`PATIENCE` seconds."""
        await asyncio.wait({self.threads.begin(lambda: self.blocking.cancel(synthesis))}, timeout=PATIENCE)


@dataclass(frozen=True)
class Connection:
    """A server that answers, and whose key is trusted. ``blocking`` is the same for synchronous code."""

    client: Client
    key: TrustedKey
    info: types.ServerInfo
    blocking: session.Connection


@asynccontextmanager
async def connect(
    where: ServerChoice | None = None, tell: Callable[[str], None] = lambda line: None
) -> AsyncIterator[Connection]:
    """A connection as long as the ``async with`` block lasts; by default to a server of its own on loopback.

    ``tell`` is given lines for people, in the loop's own thread.

    Raises:
        WorldsmithError: as :func:`agent_client.session.connect`.
    """
    loop, threads, closing = asyncio.get_running_loop(), Threads(), threading.Event()
    opened: asyncio.Future[session.Connection] = loop.create_future()

    def hold() -> None:
        """From beginning to end in one thread."""
        with session.connect(where or ServerChoice(), lambda line: _soon(loop, tell, line)) as made:
            _soon(loop, opened.set_result, made)
            closing.wait()

    held = threads.begin(hold)
    try:
        begun: set[asyncio.Future[Any]] = {opened, held}
        await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
        if held.done():
            held.result()
        made = opened.result()
        yield Connection(Client(made.client, threads), made.key, made.info, made)
    finally:
        closing.set()
        await asyncio.wait({held}, timeout=None if opened.done() else PATIENCE)  # a server takes a while to start
        threads.close()


async def play(
    env: Environment,
    connection: Connection,
    request: PlayRequest | None = None,
    observers: Sequence[Observer] = (),
) -> tuple[PlayResult, types.Model | None]:
    """Plays, and returns the figures and the model in use at the end; as :func:`agent_client.playing.play`.

    The environment is used in a thread, one call at a time, and never while observers are told of an event. Cancelling
    the task stops the play at its next event and cancels its search; what was seen is submitted before the task ends.

    Raises:
        WorldsmithError: as :func:`agent_client.playing.play`.
        Exception: what an observer raised, which ends the play.
    """
    watch = _Watch(asyncio.get_running_loop(), observers)
    played = connection.client.threads.begin(lambda: _played(env, connection.blocking, request or PlayRequest(), watch))
    try:
        return await asyncio.shield(played)
    except asyncio.CancelledError:
        watch.stop()
        if watch.synthesis:
            await connection.client.end_search(watch.synthesis)
        await asyncio.wait({played}, timeout=PATIENCE)
        raise


class _Watch:
    """A play's observer: tells its events in the loop, and stops it when it is to stop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, observers: Sequence[Observer]) -> None:
        self.synthesis = ""  # that is under way
        self._loop = loop
        self._observers = observers
        self._stopping = self._stopped = False
        self._telling: concurrent.futures.Future[None] | None = None

    def stop(self) -> None:
        """Stops the play at its next event; what is told meanwhile nobody hears of."""
        self._stopping = True
        if self._telling is not None:
            self._telling.cancel()

    def __call__(self, event: Event) -> None:
        """Tells an event, from the play's thread.

        Raises:
            KeyboardInterrupt: the play is to stop, as Ctrl-C stops it; once.
        """
        if isinstance(event, SynthesisProgress):
            self.synthesis = event.event.synthesis
        elif isinstance(event, ModelReceived | ModelMissing):
            self.synthesis = ""
        if self._stopped:
            return
        try:
            if not self._stopping:
                self._telling = in_loop(self._loop, self._tell(event))
                result_in(self._loop, self._telling)
        except concurrent.futures.CancelledError:
            self._stopping = True
        if self._stopping:
            self._stopped = True
            raise KeyboardInterrupt

    async def _tell(self, event: Event) -> None:
        for observer in self._observers:
            waiting = observer(event)
            if waiting is not None:
                await waiting


def _played(
    env: Environment, connection: session.Connection, request: PlayRequest, watch: _Watch
) -> tuple[PlayResult, types.Model | None]:
    try:
        return playing.play(env, connection, request, [watch])
    except KeyboardInterrupt:
        raise WorldsmithError("the play was stopped before it began") from None


def _soon(loop: asyncio.AbstractEventLoop, function: Callable[[T], object], value: T) -> None:
    """Calls a function in the loop, unless that is closed."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(function, value)
