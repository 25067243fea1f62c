"""Worlds and observations over a real port."""

import asyncio
import sqlite3

import grpc
import pytest
from worldsmith.v1 import data_pb2
from worldsmith.v1 import service_pb2 as pb

from sandbox.data.records import Start, World, data_digest
from sandbox.data.wire import encode_batches
from sandbox.runtime.actions import ActionSchema
from synth_server import intake
from tests.synth_server.conftest import Served
from tests.synth_server.scripts import refused
from tests.verify.worlds import GOAL, WORLD, state, step

ROWS = [step(state(x, 0, [2]), name) for x in range(6) for name in ("left", "right", "take")]


async def test_a_world_is_created_once(served: Served) -> None:
    message = pb.World(name="w", description="d", actions=[data_pb2.ActionSchema(name="go")])
    assert (await served.stub.CreateWorld(pb.CreateWorldRequest(world=message))).created
    again = await served.stub.CreateWorld(pb.CreateWorldRequest(world=message))
    assert not again.created
    assert (again.world.name, again.world.description) == ("w", "d")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await served.stub.CreateWorld(pb.CreateWorldRequest(world=pb.World(name="w")))
    assert refused(error.value).code is grpc.StatusCode.ALREADY_EXISTS
    assert refused(error.value).reason == "WORLD_EXISTS"


@pytest.mark.parametrize(
    ("world", "field"),
    [
        (pb.World(), "world.name"),
        (pb.World(name="x" * 201), "world.name"),
        (pb.World(name="a\nb"), "world.name"),
        (pb.World(name="w", actions=[data_pb2.ActionSchema()]), "world.actions[0].name"),
        (pb.World(name="w", actions=[data_pb2.ActionSchema(name="a")] * 2), "world.actions[1].name"),
        (pb.World(name="w", success=data_pb2.Success(reward_above=float("nan"))), "world.success.reward_above"),
    ],
)
async def test_a_world_that_breaks_the_contract_is_refused_by_field(
    served: Served, world: pb.World, field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await served.stub.CreateWorld(pb.CreateWorldRequest(world=world))
    said = refused(error.value)
    assert (said.code, said.domain, said.field) == (grpc.StatusCode.INVALID_ARGUMENT, "worldsmith", field)
    assert "\n" not in said.message
    assert not (await served.stub.ListWorlds(pb.ListWorldsRequest())).worlds


async def test_observations_are_answered_with_counts_and_a_digest(served: Served) -> None:
    await served.create()
    answer = await served.submit(ROWS[:10], [Start(state(0), GOAL)])
    assert (answer.added_transitions, answer.known_transitions, answer.added_starts) == (10, 0, 1)
    assert answer.stats.digest == data_digest(ROWS[:10], [Start(state(0), GOAL)])
    again = await served.submit(ROWS)
    assert (again.added_transitions, again.known_transitions) == (len(ROWS) - 10, 10)
    there = await served.stub.GetWorld(pb.GetWorldRequest(name=WORLD.name))
    assert there.stats == again.stats
    assert there.stats.transitions == len(ROWS)


async def test_the_state_at_step_0_is_a_start(served: Served) -> None:
    await served.create()
    answer = await served.submit([step(state(3), "left", step=0), step(state(2), "left", step=1)])
    assert answer.added_starts == 1
    assert answer.stats.starts == 1


def malformed() -> list[pb.SubmitTransitionsRequest]:
    good, bad = list(encode_batches(ROWS, [], 500))[:2]
    bad.transitions[-1].next_state = 999
    return [pb.SubmitTransitionsRequest(world=WORLD.name, batch=batch) for batch in (good, bad)]


async def test_of_a_stream_with_a_malformed_batch_nothing_is_taken(served: Served) -> None:
    await served.create()
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await served.stub.SubmitTransitions(iter(malformed()))
    said = refused(error.value)
    assert said.code is grpc.StatusCode.INVALID_ARGUMENT
    assert said.field.startswith("requests[1].batch.transitions[")
    assert said.field.endswith("].next_state")
    assert "999" in said.message
    stats = (await served.stub.GetWorld(pb.GetWorldRequest(name=WORLD.name))).stats
    assert (stats.transitions, stats.starts) == (0, 0)


async def test_of_a_stream_that_breaks_off_nothing_is_taken(served: Served) -> None:
    await served.create()
    call = served.stub.SubmitTransitions()
    for batch in encode_batches(ROWS, [], 500):
        await call.write(pb.SubmitTransitionsRequest(world=WORLD.name, batch=batch))
    call.cancel()
    assert await call.code() is grpc.StatusCode.CANCELLED
    answer = await served.submit(ROWS[:1])
    assert (answer.added_transitions, answer.stats.transitions) == (1, 1)


async def test_a_stream_is_about_one_world_that_exists(served: Served) -> None:
    await served.create()
    batch = next(iter(encode_batches(ROWS)))
    cases = {
        (): ("world", grpc.StatusCode.INVALID_ARGUMENT),
        ("",): ("world", grpc.StatusCode.INVALID_ARGUMENT),
        ("nowhere",): ("", grpc.StatusCode.NOT_FOUND),
        (WORLD.name, "other"): ("requests[1].world", grpc.StatusCode.INVALID_ARGUMENT),
    }
    for names, (field, code) in cases.items():
        requests = [pb.SubmitTransitionsRequest(world=name, batch=batch) for name in names]
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await served.stub.SubmitTransitions(iter(requests))
        assert (refused(error.value).field, error.value.code()) == (field, code)
    assert (await served.stub.GetWorld(pb.GetWorldRequest(name=WORLD.name))).stats.transitions == 0


async def test_batches_and_streams_are_bounded_by_bytes(serving) -> None:
    async with serving(limits={"batch_bytes": 2000, "stream_bytes": 3000}) as served:
        await served.create()
        for size, what in ((4000, "a batch has at most 2000 bytes"), (1500, "a stream has at most 3000 bytes")):
            rows = [step(state(x, keys), "left") for x in range(1, 6) for keys in range(40)]
            requests = [pb.SubmitTransitionsRequest(world=WORLD.name, batch=b) for b in encode_batches(rows, [], size)]
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await served.stub.SubmitTransitions(iter(requests))
            assert refused(error.value).reason == "TOO_LARGE"
            assert what in refused(error.value).message
        assert (await served.stub.GetWorld(pb.GetWorldRequest(name=WORLD.name))).stats.transitions == 0


async def test_who_still_writes_hears_why_a_stream_is_refused(serving) -> None:
    async with serving(limits={"batch_bytes": 20_000}) as served:
        await served.create()
        rows = [step(state(x, keys), "left") for x in range(1, 6) for keys in range(400)]
        batches = encode_batches(rows, [], 40_000)
        requests = [pb.SubmitTransitionsRequest(world=WORLD.name, batch=batch) for batch in batches]
        for _ in range(40):
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await served.stub.SubmitTransitions(iter(requests))
            assert refused(error.value).reason == "TOO_LARGE"


async def test_a_refused_stream_that_does_not_end_is_ended(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "DRAIN_SECONDS", 0.2)
    await served.create()
    call = served.stub.SubmitTransitions()
    for request in malformed():
        await call.write(request)
    assert await call.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_worlds_come_in_pages(served: Served) -> None:
    for i in range(5):
        await served.create(World(f"w{i}", actions=(ActionSchema("go"),)))
    first = await served.stub.ListWorlds(pb.ListWorldsRequest(page_size=3))
    rest = await served.stub.ListWorlds(pb.ListWorldsRequest(page_size=3, page_token=first.next_page_token))
    assert [w.name for w in (*first.worlds, *rest.worlds)] == ["w0", "w1", "w2", "w3", "w4"]
    assert not rest.next_page_token
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await served.stub.ListWorlds(pb.ListWorldsRequest(page_token="nonsense"))
    assert refused(error.value).field == "page_token"


async def test_what_does_not_exist_is_not_found(served: Served) -> None:
    calls = {
        "WORLD_NOT_FOUND": served.stub.GetWorld(pb.GetWorldRequest(name="nowhere")),
        "SYNTHESIS_NOT_FOUND": served.stub.GetSynthesis(pb.GetSynthesisRequest(id="s-none")),
        "MODEL_NOT_FOUND": served.stub.GetModel(pb.GetModelRequest(id="m-none")),
    }
    for reason, call in calls.items():
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await call
        assert (refused(error.value).code, refused(error.value).reason) == (grpc.StatusCode.NOT_FOUND, reason)
    for request in (
        served.stub.ListModels(pb.ListModelsRequest(world="nowhere")),
        served.stub.ListSyntheses(pb.ListSynthesesRequest(world="nowhere")),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await request
        assert refused(error.value).reason == "WORLD_NOT_FOUND"


async def test_every_answer_names_the_sandbox(served: Served) -> None:
    call = served.stub.ListWorlds(pb.ListWorldsRequest())
    assert dict(await call.initial_metadata())["worldsmith-sandbox"] == "process"
    info = await served.stub.GetServerInfo(pb.GetServerInfoRequest())
    assert (info.sandbox, info.key_fingerprint) == ("process", served.application.info.key_fingerprint)
    assert info.sandbox_note
    assert info.default_provider == "inductive"
    assert len(info.public_key) == 32


async def test_what_nobody_expected_is_answered_with_an_id_that_the_log_has(capsys, served: Served) -> None:
    await served.create()
    connection = sqlite3.connect(served.folder / "data" / "worldsmith.db")
    connection.execute("UPDATE worlds SET interface = '{'")
    connection.commit()
    connection.close()
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await served.stub.GetWorld(pb.GetWorldRequest(name=WORLD.name))
    said = refused(error.value)
    assert (said.code, said.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert "JSON" not in said.message
    logged = capsys.readouterr().err
    assert said.message.rsplit(" ", 1)[1] in logged
    assert "JSONDecodeError" in logged


async def test_what_several_submit_at_once_is_stored_once(served: Served) -> None:
    await served.create()
    answers = await asyncio.gather(*(served.submit(ROWS[i:] + ROWS[:i]) for i in range(8)))
    assert sum(answer.added_transitions for answer in answers) == len(ROWS)
    assert {answer.added_transitions + answer.known_transitions for answer in answers} == {len(ROWS)}
    stats = (await served.stub.GetWorld(pb.GetWorldRequest(name=WORLD.name))).stats
    assert (stats.transitions, stats.digest) == (len(ROWS), data_digest(ROWS, []))
