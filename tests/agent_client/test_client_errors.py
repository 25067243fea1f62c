import time
from typing import Any

import grpc
import pytest
from worldsmith.v1 import model_pb2, service_pb2

from agent_client import types
from agent_client.client import Client
from agent_client.errors import (
    AddressError,
    AlreadyExistsError,
    InvalidRequestError,
    NotFoundError,
    PreconditionError,
    ServerError,
    ServerUnreachableError,
    WorldsmithError,
)
from sandbox.data.records import World
from tests.agent_client.fake_server import refuse, serving
from tests.agent_client.ports import free_port


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("INVALID_ARGUMENT", InvalidRequestError),
        ("NOT_FOUND", NotFoundError),
        ("ALREADY_EXISTS", AlreadyExistsError),
        ("FAILED_PRECONDITION", PreconditionError),
        ("RESOURCE_EXHAUSTED", PreconditionError),
        ("UNAVAILABLE", PreconditionError),
        ("INTERNAL", ServerError),
    ],
)
def test_each_status_is_an_error_of_its_own(code: str, kind: type[WorldsmithError]) -> None:
    def answer(request: Any, context: grpc.ServicerContext) -> None:
        refuse(context, code, "there is\na reason", "SOME_REASON")

    with serving(GetModel=answer) as address, Client(address) as client, pytest.raises(kind) as caught:
        client.get_model("m1")
    assert caught.value.reason == "SOME_REASON"
    assert "there is a reason" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_refused_field_is_named_with_its_reason() -> None:
    def answer(request: Any, context: grpc.ServicerContext) -> None:
        refuse(context, "INVALID_ARGUMENT", "the request is invalid", "BAD", "world.name", "is too long")

    with (
        serving(CreateWorld=answer) as address,
        Client(address) as client,
        pytest.raises(InvalidRequestError) as caught,
    ):
        client.create_world(World("w"))
    assert str(caught.value) == "world.name: is too long"
    assert caught.value.field == "world.name"


def test_what_cannot_be_told_is_refused_before_any_call() -> None:
    with Client(f"127.0.0.1:{free_port()}") as client, pytest.raises(InvalidRequestError, match="must not be empty"):
        client.create_world(World(""))


def test_a_wrong_port_is_told_with_what_to_do() -> None:
    with Client(f"127.0.0.1:{free_port()}") as client, pytest.raises(ServerUnreachableError) as caught:
        client.server_info()
    assert "worldsmith serve" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_kind_of_server_is_told_apart() -> None:
    with serving() as address, Client(address) as client, pytest.raises(ServerUnreachableError, match="no Worldsmith"):
        client.server_info()


@pytest.mark.parametrize("text", ["localhost", "http://localhost:1", "a b:1", "", "host:port"])
def test_what_is_no_address_is_refused_before_any_call(text: str) -> None:
    with pytest.raises(AddressError, match="HOST:PORT"):
        Client(text)


def _event(sequence: int, **body: Any) -> service_pb2.SynthesisEvent:
    return service_pb2.SynthesisEvent(synthesis="s1", sequence=sequence, **body)


def test_a_synthesis_is_taken_up_again_after_the_server_was_away() -> None:
    port, asked = free_port(), []

    def begin(request: Any, context: grpc.ServicerContext) -> Any:
        yield service_pb2.SynthesizeResponse(event=_event(1, started=service_pb2.SynthesisStarted(transitions=7)))
        yield service_pb2.SynthesizeResponse(event=_event(2, proposed=service_pb2.CandidateProposed(candidate="c1")))
        time.sleep(60)

    def watch(request: Any, context: grpc.ServicerContext) -> Any:
        asked.append((request.id, request.after_sequence))
        done = service_pb2.SynthesisFinished(status=model_pb2.STATUS_PARTIAL, reason="budget")
        yield service_pb2.WatchSynthesisResponse(event=_event(2))
        yield service_pb2.WatchSynthesisResponse(
            event=_event(3, resumed=service_pb2.SynthesisResumed(reason="restart"))
        )
        yield service_pb2.WatchSynthesisResponse(event=_event(4, finished=done))

    with Client(f"127.0.0.1:{port}") as client:
        with serving(port, Synthesize=begin):
            events = client.synthesize("w")
            first = [next(events), next(events)]
        with serving(port, WatchSynthesis=watch):
            rest = list(events)
    assert [event.sequence for event in first + rest] == [1, 2, 3, 4]
    assert asked == [("s1", 2)]
    assert isinstance(rest[-1].body, types.Finished)
    assert rest[-1].body.status is types.Status.PARTIAL
    assert rest[-1].body.model is None


def test_a_synthesis_is_given_up_when_the_server_stays_away() -> None:
    port = free_port()

    def begin(request: Any, context: grpc.ServicerContext) -> Any:
        yield service_pb2.SynthesizeResponse(event=_event(1))
        time.sleep(60)

    said: list[str] = []
    with Client(f"127.0.0.1:{port}", reconnect_seconds=0.5, tell=said.append) as client:
        with serving(port, Synthesize=begin):
            events = client.synthesize("w")
            next(events)
        with pytest.raises(ServerUnreachableError):
            list(events)
    assert said == [f"lost the server at 127.0.0.1:{port}; waiting up to 0.5 s for it"]


def test_a_refusal_during_a_synthesis_is_not_retried() -> None:
    calls = []

    def begin(request: Any, context: grpc.ServicerContext) -> Any:
        calls.append(request.world)
        yield service_pb2.SynthesizeResponse(event=_event(1))
        refuse(context, "UNAVAILABLE", "the Docker daemon is gone; start it", "SANDBOX_UNAVAILABLE")

    with serving(Synthesize=begin) as address, Client(address) as client:
        events = client.synthesize("w")
        next(events)
        with pytest.raises(PreconditionError, match="the Docker daemon is gone"):
            list(events)
    assert calls == ["w"]
