"""The server dies in the middle, and comes back."""

import signal
from pathlib import Path
from typing import Any

import grpc
import pytest
from worldsmith.v1 import model_pb2
from worldsmith.v1 import service_pb2 as pb

from sandbox.data.wire import encode_batches, world_to_proto
from synth_server.running import FRUITLESS_RESTARTS
from tests.synth_server.processes import Child, child
from tests.synth_server.scripts import write_script
from tests.verify.worlds import IDENTITY_PROGRAM, STARTS, TRUE_PROGRAM, WORLD, good_data


def fill(server: Child) -> pb.SubmitTransitionsResponse:
    server.stub.CreateWorld(pb.CreateWorldRequest(world=world_to_proto(WORLD)))
    batches = encode_batches(good_data(), STARTS)
    answer: pb.SubmitTransitionsResponse = server.stub.SubmitTransitions(
        pb.SubmitTransitionsRequest(world=WORLD.name, batch=batch) for batch in batches
    )
    return answer


def read(stream: Any, count: int) -> list[pb.SynthesisEvent]:
    return [next(stream).event for _ in range(count)]


def watch(server: Child, name: str, after: int = 0) -> list[pb.SynthesisEvent]:
    request = pb.WatchSynthesisRequest(id=name, after_sequence=after)
    return [response.event for response in server.stub.WatchSynthesis(request, timeout=30)]


def proposed(events: list[pb.SynthesisEvent]) -> list[str]:
    return [event.proposed.candidate for event in events if event.HasField("proposed")]


@pytest.mark.parametrize(
    ("number", "count"),
    [
        (signal.SIGKILL, 3),
        pytest.param(signal.SIGKILL, 1, marks=pytest.mark.long),
        pytest.param(signal.SIGKILL, 4, marks=pytest.mark.long),
        pytest.param(signal.SIGTERM, 3, marks=pytest.mark.long),
    ],
)
def test_a_synthesis_goes_on_after_the_server_was_ended(tmp_path: Path, number: signal.Signals, count: int) -> None:
    entries = [IDENTITY_PROGRAM, {"source": f"AGAIN = 1\n{IDENTITY_PROGRAM}", "delay": 0.3}, TRUE_PROGRAM]
    if count == 1:
        entries[0] = {"source": IDENTITY_PROGRAM, "delay": 0.3}
    provider = write_script(tmp_path, entries)
    with child(tmp_path) as server:
        stored = fill(server).stats
        stream = server.stub.Synthesize(pb.SynthesizeRequest(world=WORLD.name, provider=provider))
        seen = read(stream, count)
        fingerprint = server.told["key_fingerprint"]
        code = server.end(number)
        assert code == (0 if number is signal.SIGTERM else -signal.SIGKILL)
    name = seen[0].synthesis
    with child(tmp_path) as server:
        assert server.told["key_fingerprint"] == fingerprint
        there = server.stub.GetWorld(pb.GetWorldRequest(name=WORLD.name))
        assert there.stats == stored
        events = watch(server, name)
    assert events[:count] == seen
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert "server restarted" in [event.resumed.reason for event in events]
    assert proposed(events) == ["c1", "c2", "c3"]
    finished = events[-1].finished
    assert finished.status == model_pb2.STATUS_VERIFIED
    assert finished.model.source == TRUE_PROGRAM
    assert (finished.totals.candidates, finished.totals.provider_calls) == (3, 3)


def test_candidates_that_were_checked_are_not_checked_again(tmp_path: Path) -> None:
    provider = write_script(tmp_path, [IDENTITY_PROGRAM, {"source": TRUE_PROGRAM, "delay": 0.5}])
    with child(tmp_path) as server:
        fill(server)
        seen = read(server.stub.Synthesize(pb.SynthesizeRequest(world=WORLD.name, provider=provider)), 3)
        server.end(signal.SIGKILL)
    with child(tmp_path) as server:
        events = watch(server, seen[0].synthesis)
    assert [e.evaluated.candidate for e in events if e.HasField("evaluated")] == ["c1", "c2"]


@pytest.mark.long
def test_the_time_before_the_end_counts_against_the_budget(tmp_path: Path) -> None:
    provider = write_script(tmp_path, [{"source": IDENTITY_PROGRAM, "delay": 1.0}, {"source": "", "delay": 60}])
    budget = pb.Budget(seconds=2.0)
    with child(tmp_path) as server:
        fill(server)
        request = pb.SynthesizeRequest(world=WORLD.name, provider=provider, budget=budget)
        seen = read(server.stub.Synthesize(request), 3)
        server.end(signal.SIGKILL)
    with child(tmp_path) as server:
        events = watch(server, seen[0].synthesis)
    finished = events[-1].finished
    assert finished.reason == "budget: seconds"
    assert finished.status == model_pb2.STATUS_PARTIAL
    resumed = next(event for event in events if event.HasField("resumed"))
    assert events[-1].time.ToMilliseconds() - resumed.time.ToMilliseconds() < 1800


def test_a_synthesis_whose_provider_is_gone_is_ended_with_a_reason(tmp_path: Path) -> None:
    provider = write_script(tmp_path, [{"source": TRUE_PROGRAM, "delay": 60}])
    with child(tmp_path) as server:
        fill(server)
        seen = read(server.stub.Synthesize(pb.SynthesizeRequest(world=WORLD.name, provider=provider)), 1)
        server.end(signal.SIGKILL)
    Path(provider.removeprefix("scripted:")).unlink()
    with child(tmp_path) as server:
        events = watch(server, seen[0].synthesis)
    assert events[-1].finished.reason.startswith("failed: the script: cannot read")


@pytest.mark.long
def test_a_synthesis_that_ends_the_server_each_time_is_given_up(tmp_path: Path) -> None:
    provider = write_script(tmp_path, [{"source": TRUE_PROGRAM, "delay": 60}])
    with child(tmp_path) as server:
        fill(server)
        name = read(server.stub.Synthesize(pb.SynthesizeRequest(world=WORLD.name, provider=provider)), 1)[0].synthesis
        server.end(signal.SIGKILL)
    for restart in range(1, FRUITLESS_RESTARTS + 1):
        with child(tmp_path) as server:
            stream = server.stub.WatchSynthesis(pb.WatchSynthesisRequest(id=name), timeout=30)
            reasons = (response.event.resumed.reason for response in stream if response.event.HasField("resumed"))
            assert [next(reasons) for _ in range(restart)] == ["server restarted"] * restart
            server.end(signal.SIGKILL)
    with child(tmp_path) as server:
        events = watch(server, name)
    assert events[-1].finished.reason == f"failed: the server ended {FRUITLESS_RESTARTS} times at this point"


def test_watchers_are_told_that_the_server_stops(tmp_path: Path) -> None:
    provider = write_script(tmp_path, [{"source": TRUE_PROGRAM, "delay": 60}])
    with child(tmp_path) as server:
        fill(server)
        stream = server.stub.Synthesize(pb.SynthesizeRequest(world=WORLD.name, provider=provider))
        read(stream, 1)
        server.process.terminate()
        with pytest.raises(grpc.RpcError) as error:
            list(stream)
        assert error.value.code() is grpc.StatusCode.UNAVAILABLE
        assert server.process.wait(10) == 0
