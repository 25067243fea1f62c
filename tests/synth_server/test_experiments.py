"""The next experiment over a real port: programs that fit are told apart, doubts are sought."""

import asyncio

import grpc
import pytest
from worldsmith.v1 import service_pb2 as pb

from sandbox.data.wire import object_to_proto
from tests.synth_server.conftest import Served
from tests.synth_server.scripts import refused
from tests.verify.worlds import GOAL, STARTS, TRUE_PROGRAM, WORLD, good_data, state, step

FIRST = [row for row in good_data() if row.action.name != "take"]
NO_TAKE = TRUE_PROGRAM.replace("agent.keys += 1", "pass")
DOUBTS = (
    TRUE_PROGRAM
    + """

def uncertain(state, action):
    return "take was never tried" if action == "take" else None
"""
)
HANGS = (
    TRUE_PROGRAM
    + """

def uncertain(state, action):
    while action == "take":
        pass
"""
)


async def ask(served: Served, x: int = 1, **more: object) -> pb.Experiment:
    objects = [object_to_proto(obj) for obj in state(x, 0, [4])]
    request = pb.NextExperimentRequest(world=WORLD.name, state=objects, goal=GOAL, **more)
    return (await served.stub.NextExperiment(request)).experiment


async def learned(served: Served, *sources: str) -> None:
    """One synthesis for each program, so that each is kept as one that fits."""
    await served.create()
    await served.submit(FIRST)
    for source in sources:
        await served.synthesize(served.script(source), skip_optimism=True)


async def test_programs_that_fit_are_told_apart_by_the_action_that_they_disagree_on(served: Served) -> None:
    await learned(served, NO_TAKE, TRUE_PROGRAM)
    found = await ask(served)
    assert found.kind == pb.Experiment.KIND_RIVALS
    assert [action.name for action in found.actions] == ["right", "right", "right", "take"]
    assert (found.rivals, found.apart, found.model_fits) == (1, 2, True)
    assert found.why == "2 programs that fit predict 2 different outcomes of take."


async def test_a_rival_that_newer_rows_refute_has_no_say_any_more(served: Served) -> None:
    await learned(served, NO_TAKE, TRUE_PROGRAM)
    await served.submit([step(state(4, 0, [4]), "take")])
    found = await ask(served)
    assert (found.rivals, found.model_fits) == (0, True)
    assert found.kind == pb.Experiment.KIND_UNSEEN
    assert "Nothing is in doubt" in found.why


async def test_a_model_that_newer_rows_refute_is_said_to_miss_them(served: Served) -> None:
    await learned(served, TRUE_PROGRAM, NO_TAKE)
    await served.submit([step(state(4, 0, [4]), "take")])
    assert not (await ask(served)).model_fits


async def test_doubts_are_reached_and_skipped_when_told(served: Served) -> None:
    await learned(served, DOUBTS)
    found = await ask(served)
    assert (found.kind, [action.name for action in found.actions]) == (pb.Experiment.KIND_DOUBT, ["take"])
    assert found.why == "The model guesses there: take was never tried."
    assert (await ask(served, skip=[found.reason])).kind == pb.Experiment.KIND_UNSEEN


async def test_a_model_that_never_ends_is_stopped_and_the_server_answers_others_meanwhile(served: Served) -> None:
    await learned(served, HANGS)
    asking = asyncio.ensure_future(ask(served))
    await asyncio.sleep(0.5)
    assert (await served.stub.GetWorld(pb.GetWorldRequest(name=WORLD.name))).stats.transitions
    asking.cancel()
    with pytest.raises((asyncio.CancelledError, grpc.aio.AioRpcError)):
        await asking
    assert (await served.stub.ListModels(pb.ListModelsRequest(world=WORLD.name))).models


@pytest.mark.parametrize(
    ("more", "code", "reason"),
    [
        ({"model": "m-none"}, grpc.StatusCode.NOT_FOUND, "MODEL_NOT_FOUND"),
        ({"nodes": 50_001}, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD"),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    served: Served, more: dict[str, object], code: grpc.StatusCode, reason: str
) -> None:
    await learned(served, TRUE_PROGRAM)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await ask(served, **more)
    assert (refused(error.value).code, refused(error.value).reason) == (code, reason)


async def test_a_world_without_a_model_has_no_experiment(served: Served) -> None:
    await served.create()
    await served.submit(FIRST, STARTS)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await ask(served)
    assert refused(error.value).reason == "NO_MODEL"
