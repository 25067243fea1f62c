"""Syntheses as jobs, through the service: what is told, stored, signed, cancelled."""

import asyncio
import json
from hashlib import sha256

import grpc
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from worldsmith.v1 import model_pb2
from worldsmith.v1 import service_pb2 as pb

from sandbox.data.records import World, data_digest
from sandbox.data.wire import schema_from_proto
from tests.synth_server.conftest import Served
from tests.synth_server.scripts import refused
from tests.verify.worlds import IDENTITY_PROGRAM, STARTS, TRUE_PROGRAM, WORLD, good_data, state, step

SLOW = {"source": TRUE_PROGRAM, "delay": 60}


async def filled(served: Served) -> Served:
    await served.create()
    await served.submit(good_data(), STARTS)
    return served


def kinds(events: list[pb.SynthesisEvent]) -> list[str]:
    return [event.WhichOneof("event") for event in events]


async def test_a_synthesis_ends_with_a_signed_model(served: Served) -> None:
    await filled(served)
    events = await served.synthesize(served.script(IDENTITY_PROGRAM, TRUE_PROGRAM))
    assert kinds(events) == ["started", *["asked", "proposed", "evaluated"] * 2, "finished"]
    assert [event.sequence for event in events] == list(range(1, 9))
    assert events[0].started.transitions == len({row.digest() for row in good_data()})
    assert events[3].evaluated.evaluation.fit < 1
    assert events[3].evaluated.evaluation.mispredictions
    second = events[4].asked
    assert (second.number, second.parent, second.defect) == (2, "c1", "next_state")
    assert (events[5].proposed.parent, events[5].proposed.defect, events[5].proposed.calls) == ("c1", "next_state", 1)
    finished = events[-1].finished
    assert (finished.status, finished.reason) == (model_pb2.STATUS_VERIFIED, "verified")
    assert (finished.totals.candidates, finished.totals.provider_calls) == (2, 2)
    model = finished.model
    assert model.source == TRUE_PROGRAM
    info = served.application.info
    key = Ed25519PublicKey.from_public_bytes(info.public_key)
    key.verify(model.certificate.signature, model.certificate.statement)
    stated = json.loads(model.certificate.statement)
    assert stated["model"] == sha256(TRUE_PROGRAM.encode()).hexdigest()
    assert stated["data"] == data_digest(good_data(), STARTS) == events[0].started.data_digest
    assert stated["runtime"] == info.runtime_digest
    assert stated["sandbox"] == "process"
    world = World("", actions=tuple(map(schema_from_proto, model.actions)))
    assert stated["schema"] == world.schema_digest() == World("", actions=WORLD.actions).schema_digest()


async def test_what_was_found_can_be_read_afterwards(served: Served) -> None:
    await filled(served)
    events = await served.synthesize(served.script(TRUE_PROGRAM))
    name, model = events[0].synthesis, events[-1].finished.model
    again = [r.event async for r in served.stub.WatchSynthesis(pb.WatchSynthesisRequest(id=name))]
    assert again == events
    later = [r.event async for r in served.stub.WatchSynthesis(pb.WatchSynthesisRequest(id=name, after_sequence=2))]
    assert later == events[2:]
    kept = (await served.stub.GetSynthesis(pb.GetSynthesisRequest(id=name))).synthesis
    assert (kept.state, kept.model, kept.reason) == (pb.SYNTHESIS_STATE_FINISHED, model.id, "verified")
    assert kept.totals == events[-1].finished.totals
    assert (await served.stub.GetModel(pb.GetModelRequest(id=model.id))).model == model
    await served.synthesize(served.script(TRUE_PROGRAM), parent_model=model.id)
    models = (await served.stub.ListModels(pb.ListModelsRequest(world=WORLD.name))).models
    assert [m.parent_model for m in models] == [model.id, ""]
    page = await served.stub.ListSyntheses(pb.ListSynthesesRequest(page_size=1))
    rest = await served.stub.ListSyntheses(pb.ListSynthesesRequest(page_token=page.next_page_token))
    assert [s.id for s in rest.syntheses] == [name]


async def test_schemas_are_inferred_where_the_user_gave_none_and_ship_with_the_model(served: Served) -> None:
    await served.create(World("bare"))
    await served.submit(good_data(), STARTS, world="bare")
    request = pb.SynthesizeRequest(world="bare", provider=served.script(TRUE_PROGRAM))
    events = [response.event async for response in served.stub.Synthesize(request)]
    assert [action.name for action in events[-1].finished.model.actions] == ["left", "right", "take"]


@pytest.mark.parametrize(
    ("request_", "code", "reason", "field"),
    [
        (pb.SynthesizeRequest(), "INVALID_ARGUMENT", "INVALID_FIELD", "world"),
        (pb.SynthesizeRequest(world="nowhere"), "NOT_FOUND", "WORLD_NOT_FOUND", ""),
        (pb.SynthesizeRequest(world="empty"), "FAILED_PRECONDITION", "NO_DATA", ""),
        (pb.SynthesizeRequest(world="corridor", provider="oracle"), "INVALID_ARGUMENT", "UNKNOWN_PROVIDER", "provider"),
        (
            pb.SynthesizeRequest(world="corridor", provider="scripted:/none"),
            "INVALID_ARGUMENT",
            "UNUSABLE_PROVIDER",
            "provider",
        ),
        (pb.SynthesizeRequest(world="corridor", parent_model="m-none"), "NOT_FOUND", "MODEL_NOT_FOUND", ""),
        (
            pb.SynthesizeRequest(world="corridor", budget=pb.Budget(seconds=-1)),
            "INVALID_ARGUMENT",
            "INVALID_FIELD",
            "budget.seconds",
        ),
        *(
            (
                pb.SynthesizeRequest(world="corridor", budget=pb.Budget(cost_usd=dollars)),
                "INVALID_ARGUMENT",
                "INVALID_FIELD",
                "budget.cost_usd",
            )
            for dollars in (-0.01, float("nan"), float("inf"))
        ),
        (pb.SynthesizeRequest(world="corridor", seed=2**63), "INVALID_ARGUMENT", "INVALID_FIELD", "seed"),
    ],
)
async def test_what_cannot_be_searched_is_refused_and_leaves_nothing(
    served: Served, request_: pb.SynthesizeRequest, code: str, reason: str, field: str
) -> None:
    await filled(served)
    await served.create(World("empty"))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        [_ async for _ in served.stub.Synthesize(request_)]
    said = refused(error.value)
    assert (said.code.name, said.reason, said.field) == (code, reason, field)
    if reason == "UNKNOWN_PROVIDER":
        assert "inductive" in said.message
    assert not (await served.stub.ListSyntheses(pb.ListSynthesesRequest())).syntheses


async def test_a_cancelled_synthesis_ends_at_once_and_delivers_the_best_so_far(served: Served) -> None:
    await filled(served)
    call = served.stub.Synthesize(
        pb.SynthesizeRequest(world=WORLD.name, provider=served.script(IDENTITY_PROGRAM, SLOW))
    )
    events = []
    async for response in call:
        events.append(response.event)
        if len(events) == 5:
            break
    answer = await asyncio.wait_for(served.stub.CancelSynthesis(pb.CancelSynthesisRequest(id=events[0].synthesis)), 10)
    assert answer.synthesis.state == pb.SYNTHESIS_STATE_CANCELLED
    events += [response.event async for response in call]
    finished = events[-1].finished
    assert (finished.reason, finished.status) == ("cancelled", model_pb2.STATUS_PARTIAL)
    assert finished.model.source == IDENTITY_PROGRAM
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    again = await served.stub.CancelSynthesis(pb.CancelSynthesisRequest(id=events[0].synthesis))
    assert again.synthesis == answer.synthesis


async def test_it_goes_on_when_the_caller_hangs_up_unless_told_otherwise(served: Served) -> None:
    await filled(served)
    for detach, ends in ((True, pb.SYNTHESIS_STATE_CANCELLED), (False, pb.SYNTHESIS_STATE_RUNNING)):
        provider = served.script(SLOW)
        call = served.stub.Synthesize(pb.SynthesizeRequest(world=WORLD.name, provider=provider, detach_cancels=detach))
        name = (await call.read()).event.synthesis
        call.cancel()
        for look in range(100):
            kept = (await served.stub.GetSynthesis(pb.GetSynthesisRequest(id=name))).synthesis
            if kept.state == ends and (detach or look > 20):
                break
            await asyncio.sleep(0.02)
        assert kept.state == ends


async def test_many_watchers_see_every_event_once_and_in_order(served: Served) -> None:
    await filled(served)
    programs = [{"source": f"{IDENTITY_PROGRAM}\n# {i}\n", "delay": 0.02} for i in range(8)]
    first = served.stub.Synthesize(pb.SynthesizeRequest(world=WORLD.name, provider=served.script(*programs)))
    name = (await first.read()).event.synthesis

    async def watch(after: int, delay: float) -> list[int]:
        await asyncio.sleep(delay)
        request = pb.WatchSynthesisRequest(id=name, after_sequence=after)
        return [response.event.sequence async for response in served.stub.WatchSynthesis(request)]

    seen = await asyncio.gather(*(watch(after, 0.1 * after) for after in range(6)))
    last = seen[0][-1]
    assert last >= 18
    assert seen == [list(range(after + 1, last + 1)) for after in range(6)]


async def test_more_syntheses_than_may_run_at_once_wait_for_their_turn(serving) -> None:
    async with serving(limits={"concurrent_syntheses": 1}) as served:
        await filled(served)
        running = served.stub.Synthesize(pb.SynthesizeRequest(world=WORLD.name, provider=served.script(SLOW)))
        first = (await running.read()).event.synthesis
        waiting = asyncio.create_task(served.synthesize(served.script(TRUE_PROGRAM)))
        dropped = asyncio.create_task(served.synthesize(served.script(TRUE_PROGRAM)))
        for _ in range(500):
            if len((await served.stub.ListSyntheses(pb.ListSynthesesRequest())).syntheses) == 3:
                break
            await asyncio.sleep(0.01)
        last = (await served.stub.ListSyntheses(pb.ListSynthesesRequest(page_size=1))).syntheses[0].id
        await served.stub.CancelSynthesis(pb.CancelSynthesisRequest(id=last))
        ended, _ = await asyncio.wait({waiting, dropped}, return_when=asyncio.FIRST_COMPLETED, timeout=5)
        assert [kinds(task.result()) for task in ended] == [["finished"]]
        await served.stub.CancelSynthesis(pb.CancelSynthesisRequest(id=first))
        results = await asyncio.wait_for(asyncio.gather(waiting, dropped), 20)
        assert sorted(events[-1].finished.reason for events in results) == ["cancelled", "verified"]


async def test_several_syntheses_run_side_by_side(served: Served) -> None:
    await filled(served)
    scripts = [served.script(IDENTITY_PROGRAM, {"source": TRUE_PROGRAM, "delay": 0.1}) for _ in range(4)]
    results = await asyncio.gather(*(served.synthesize(script) for script in scripts))
    for events in results:
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert len({event.synthesis for event in events}) == 1
        assert events[-1].finished.status == model_pb2.STATUS_VERIFIED


async def test_rows_that_arrive_meanwhile_are_checked_before_signing(served: Served) -> None:
    await filled(served)
    blind = TRUE_PROGRAM.replace("    if action", "    if agent.keys > 90:\n        pass\n    elif action")
    entries = [{"source": blind, "delay": 0.5}, {"source": TRUE_PROGRAM}]
    call = served.stub.Synthesize(pb.SynthesizeRequest(world=WORLD.name, provider=served.script(*entries)))
    stream = aiter(call)
    events = [(await anext(stream)).event]
    newer = [step(state(3, 95), "left"), step(state(4, 95), "right")]
    answer = await served.submit(newer)
    events += [response.event async for response in stream]
    assert "resumed" in kinds(events)
    finished = events[-1].finished
    assert finished.status == model_pb2.STATUS_VERIFIED
    assert finished.model.source == TRUE_PROGRAM
    assert json.loads(finished.model.certificate.statement)["data"] == answer.stats.digest


async def test_a_program_is_evaluated_and_nothing_is_stored(served: Served) -> None:
    await filled(served)
    right = await served.stub.EvaluateProgram(pb.EvaluateProgramRequest(world=WORLD.name, source=TRUE_PROGRAM))
    assert right.evaluation.status == model_pb2.STATUS_VERIFIED
    assert right.evaluation.optimism.found == 2
    wrong = await served.stub.EvaluateProgram(pb.EvaluateProgramRequest(world=WORLD.name, source="import os\n"))
    assert wrong.evaluation.status == model_pb2.STATUS_FAILED
    assert wrong.evaluation.error
    assert not (await served.stub.ListModels(pb.ListModelsRequest())).models
    cases = {"": "INVALID_ARGUMENT", "#" * 300_000: "RESOURCE_EXHAUSTED"}
    for source, code in cases.items():
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await served.stub.EvaluateProgram(pb.EvaluateProgramRequest(world=WORLD.name, source=source))
        assert (refused(error.value).code.name, refused(error.value).field) == (code, "source")


async def test_a_provider_that_fails_is_told_and_ends_the_synthesis(served: Served) -> None:
    await filled(served)
    events = await served.synthesize(served.script(*[{"error": f"no answer {i}"} for i in range(5)]))
    assert kinds(events) == ["started", *["asked", "provider_failed"] * 3, "finished"]
    failed = events[2].provider_failed
    assert (failed.reason, failed.number, failed.calls) == ("no answer 0", 1, 1)
    finished = events[-1].finished
    assert finished.status == model_pb2.STATUS_FAILED
    assert finished.reason.startswith("failed: no answer")
    assert not finished.HasField("model")


async def test_a_sandbox_that_is_gone_is_told_in_one_line(served: Served) -> None:
    await filled(served)
    call = served.stub.Synthesize(
        pb.SynthesizeRequest(world=WORLD.name, provider=served.script({"source": TRUE_PROGRAM, "delay": 0.5}))
    )
    stream = aiter(call)
    await anext(stream)
    served.sandbox.close()
    events = [response.event async for response in stream]
    finished = events[-1].finished
    assert finished.status == model_pb2.STATUS_FAILED
    assert finished.reason.startswith("failed: ")
    kept = (await served.stub.GetSynthesis(pb.GetSynthesisRequest(id=events[-1].synthesis))).synthesis
    assert kept.state == pb.SYNTHESIS_STATE_FAILED
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await served.stub.EvaluateProgram(pb.EvaluateProgramRequest(world=WORLD.name, source=TRUE_PROGRAM))
    said = refused(error.value)
    assert (said.code, said.reason) == (grpc.StatusCode.UNAVAILABLE, "SANDBOX_UNAVAILABLE")
    assert said.retry > 0
