"""A typed, synchronous client of the synthesis service."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import grpc
from worldsmith.v1 import service_pb2 as pb
from worldsmith.v1.service_pb2_grpc import WorldsmithServiceStub

from agent_client import convert, types
from agent_client.calls import Callers, Stream
from agent_client.errors import AddressError, InvalidRequestError, ServerError, from_rpc, is_connection_loss
from sandbox.data.diagnosis import report_from_proto
from sandbox.data.doctor import Report
from sandbox.data.records import Start, Transition, World
from sandbox.data.wire import WireError, encode_batches, object_to_proto, world_from_proto, world_to_proto
from sandbox.runtime.state import State

LONG_SECONDS = 600.0  # the deadline of calls whose work grows with the data
MESSAGE_BYTES = 16 * 1024 * 1024
_ADDRESS = re.compile(r"(unix:.+|\[[0-9a-fA-F:.%]+\]:\d{1,5}|[^\s:/\[\]]+:\d{1,5})")
_OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.max_send_message_length", MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.enable_http_proxy", 0),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 1000),
)


def check_address(text: str) -> str:
    """``text`` itself when it is HOST:PORT, [IPv6]:PORT or unix:PATH.

    Raises:
        AddressError: it is not.
    """
    if _ADDRESS.fullmatch(text) is None:
        raise AddressError(f"`{text}` is no address; write HOST:PORT, such as localhost:50051")
    return text


class Client:
    """Talks to one server. Every method raises a :class:`~agent_client.errors.WorldsmithError` and nothing else
    when the server refuses, fails or cannot be reached.

    ``seconds`` is the deadline of short calls; ``reconnect_seconds`` how long a lost synthesis is waited for, which
    ``tell`` is told of, in a line for people.
    """

    def __init__(
        self,
        address: str,
        *,
        seconds: float = 30.0,
        reconnect_seconds: float = 30.0,
        tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.address = check_address(address)
        self._tell = tell
        self._seconds = seconds
        self._reconnect = reconnect_seconds
        self._callers = Callers()
        self._closed = False
        self._channel = self._callers.call(lambda: grpc.insecure_channel(self.address, options=list(_OPTIONS)))
        self._stub: Any = WorldsmithServiceStub(self._channel)  # type: ignore[no-untyped-call]

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection, and with it the iterators of searches. Closing twice does nothing."""
        self._closed = True
        self._callers.call(self._channel.close)
        self._callers.close()

    def server_info(self) -> types.ServerInfo:
        """What the server tells about itself."""
        return convert.server_info(self._unary(self._stub.GetServerInfo, pb.GetServerInfoRequest()))

    def list_providers(self, specs: Sequence[str] = ()) -> list[types.Provider]:
        """What each of these specs needs and costs, or every kind of provider when none is given.

        Raises:
            InvalidRequestError: one is no spec.
        """
        request = pb.ListProvidersRequest(specs=specs)
        return [convert.provider(one) for one in self._unary(self._stub.ListProviders, request).providers]

    def create_world(self, world: World) -> bool:
        """Creates a world; False when it was there, defined alike.

        Raises:
            AlreadyExistsError: another definition has this name.
        """
        with _telling():
            request = pb.CreateWorldRequest(world=world_to_proto(world))
        return bool(self._unary(self._stub.CreateWorld, request).created)

    def get_world(self, name: str) -> tuple[World, types.WorldStats]:
        """A world as the server holds it, and how much data there is.

        Raises:
            NotFoundError: there is none of this name.
        """
        answer = self._unary(self._stub.GetWorld, pb.GetWorldRequest(name=name))
        with self._hearing():
            return world_from_proto(answer.world), convert.world_stats(answer.stats)

    def diagnose(self, name: str) -> Report:
        """The doctor's report on what the server holds of a world, each row once (docs/data.md).

        Raises:
            NotFoundError: there is none of this name.
        """
        answer = self._unary(self._stub.DiagnoseWorld, pb.DiagnoseWorldRequest(name=name), LONG_SECONDS)
        return report_from_proto(answer.diagnosis)

    def submit(
        self, world: str, transitions: Iterable[Transition] = (), starts: Iterable[Start] = ()
    ) -> types.SubmitResult:
        """Adds observations: all of them, or none when an error is raised.

        Raises:
            InvalidRequestError: an observation cannot be told, or the server refuses it; the text names which.
        """
        with _telling():
            requests = [pb.SubmitTransitionsRequest(batch=batch) for batch in encode_batches(transitions, starts)]
        requests = requests or [pb.SubmitTransitionsRequest()]
        requests[0].world = world
        return convert.submit_result(self._unary(self._stub.SubmitTransitions, iter(requests), LONG_SECONDS))

    def synthesize(
        self,
        world: str,
        *,
        provider: str = "",
        budget: types.Budget | None = None,
        seed: int = 0,
        parent_model: str = "",
        skip_optimism: bool = False,
        strategy: str = "",
        parallel: int = 0,
    ) -> Iterator[types.SynthesisEvent]:
        """Starts a search and yields what happens; the last event is ``Finished``.

        A lost connection is taken up again. The search goes on at the server when the iterator is dropped; see
        :meth:`cancel`.
        """
        wanted = budget or types.Budget()
        request = pb.SynthesizeRequest(
            world=world,
            provider=provider,
            budget=pb.Budget(
                seconds=wanted.seconds,
                candidates=wanted.candidates,
                provider_calls=wanted.provider_calls,
                tokens=wanted.tokens,
                cost_usd=wanted.cost_usd,
            ),
            seed=seed,
            parent_model=parent_model,
            skip_optimism=skip_optimism,
            strategy=strategy,
            parallel=parallel,
        )
        return self._follow(lambda: self._stub.Synthesize(request), "", 0)

    def watch(self, synthesis: str, after_sequence: int = 0) -> Iterator[types.SynthesisEvent]:
        """The events of a synthesis after a sequence number: what is stored, then what comes."""
        return self._follow(lambda: self._watch(synthesis, after_sequence), synthesis, after_sequence)

    def cancel(self, synthesis: str) -> types.Synthesis:
        """Ends a search; what it found stays."""
        request = pb.CancelSynthesisRequest(id=synthesis)
        return convert.synthesis(self._unary(self._stub.CancelSynthesis, request).synthesis)

    def get_synthesis(self, synthesis: str) -> types.Synthesis:
        """A synthesis as it stands."""
        request = pb.GetSynthesisRequest(id=synthesis)
        return convert.synthesis(self._unary(self._stub.GetSynthesis, request).synthesis)

    def list_syntheses(self, world: str = "") -> Iterator[types.Synthesis]:
        """All syntheses, or those of a world."""
        token = ""
        while True:
            request = pb.ListSynthesesRequest(world=world, page_token=token)
            answer = self._unary(self._stub.ListSyntheses, request)
            yield from map(convert.synthesis, answer.syntheses)
            token = answer.next_page_token
            if not token:
                return

    def trace(self, synthesis: str) -> Iterator[types.TraceEntry]:
        """All of a search, as far as it is: events, programs, and the exchanges with language models."""
        request = pb.GetTraceRequest(id=synthesis)
        stream = Stream(self._callers, lambda: self._stub.GetTrace(request, timeout=LONG_SECONDS))
        try:
            for response in stream:
                with self._hearing():
                    entry = convert.trace_entry(response.entry)
                yield entry
        except grpc.RpcError as error:
            raise from_rpc(error, self.address) from error
        finally:
            stream.cancel()

    def get_model(self, model: str) -> types.Model:
        """A model with its certificate."""
        request = pb.GetModelRequest(id=model)
        answer = self._unary(self._stub.GetModel, request)
        with self._hearing():
            return convert.model(answer.model)

    def list_models(self, world: str = "") -> Iterator[types.Model]:
        """All models, or those of a world; newest first."""
        token = ""
        while True:
            request = pb.ListModelsRequest(world=world, page_token=token)
            answer = self._unary(self._stub.ListModels, request)
            with self._hearing():
                models = [convert.model(message) for message in answer.models]
            yield from models
            token = answer.next_page_token
            if not token:
                return

    def next_experiment(
        self, world: str, state: State, goal: str = "", *, model: str = "", skip: Iterable[str] = (), nodes: int = 0
    ) -> types.Experiment:
        """What to try next from a state, found by the server with the programs that it holds (docs/planning.md).

        ``model`` is an id; by default the newest. ``skip`` holds reasons of doubt that are not to be given again.

        Raises:
            NotFoundError: there is no such world or model.
            PreconditionError: the world has no model yet.
        """
        request = pb.NextExperimentRequest(world=world, model=model, goal=goal, skip=sorted(skip), nodes=nodes)
        with _telling():
            request.state.extend(object_to_proto(obj) for obj in state)
        answer = self._unary(self._stub.NextExperiment, request, LONG_SECONDS)
        with self._hearing():
            return convert.experiment(answer.experiment)

    def evaluate(self, world: str, source: str, *, skip_optimism: bool = False) -> types.Evaluation:
        """Checks a program against a world's data; the server stores nothing."""
        request = pb.EvaluateProgramRequest(world=world, source=source, skip_optimism=skip_optimism)
        return convert.evaluation(self._unary(self._stub.EvaluateProgram, request, LONG_SECONDS).evaluation)

    def _unary(self, method: Callable[..., Any], request: object, seconds: float = 0.0) -> Any:
        try:
            return self._callers.call(lambda: method(request, timeout=seconds or self._seconds))
        except grpc.RpcError as error:
            raise from_rpc(error, self.address) from error

    @contextmanager
    def _hearing(self) -> Iterator[None]:
        """Around reading an answer: one that breaks the contract is the server's error."""
        try:
            yield
        except WireError as error:
            raise ServerError(f"the server at {self.address} told what it may not tell: {error}") from error

    def _watch(self, synthesis: str, after: int) -> Any:
        return self._stub.WatchSynthesis(pb.WatchSynthesisRequest(id=synthesis, after_sequence=after))

    def _follow(self, begin: Callable[[], Any], synthesis: str, after: int) -> Iterator[types.SynthesisEvent]:
        """Yields events up to ``Finished``, each once, whatever becomes of the connection meanwhile."""
        stream, lost_at = Stream(self._callers, begin), None
        while True:
            failure: grpc.RpcError | None = None
            try:
                for response in stream:
                    with self._hearing():
                        event = convert.event(response.event)
                    if event.sequence <= after:
                        continue
                    synthesis, after, lost_at = event.synthesis, event.sequence, None
                    yield event
                    if isinstance(event.body, types.Finished):
                        return
            except grpc.RpcError as error:
                failure = error
            finally:
                stream.cancel()
            if failure is not None and (self._closed or not (synthesis and is_connection_loss(failure))):
                raise from_rpc(failure, self.address) from failure
            if lost_at is None:
                lost_at = time.monotonic()
                if synthesis:
                    self._tell(f"lost the server at {self.address}; waiting up to {self._reconnect:g} s for it")
            if not synthesis or time.monotonic() - lost_at > self._reconnect:
                raise from_rpc(failure or grpc.RpcError("the stream ended early"), self.address)
            time.sleep(0.3)
            stream = Stream(self._callers, partial(self._watch, synthesis, after))


@contextmanager
def _telling() -> Iterator[None]:
    """Around writing a request: what cannot be told is the caller's error."""
    try:
        yield
    except WireError as error:
        raise InvalidRequestError(str(error), field=error.field) from error
