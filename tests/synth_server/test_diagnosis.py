"""What is wrong with data is told before anything is spent on learning from them, and again when it is."""

import grpc
import pytest
from worldsmith.v1 import model_pb2
from worldsmith.v1 import service_pb2 as pb

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from tests.synth_server.conftest import Served
from tests.synth_server.scripts import refused
from tests.verify.worlds import GOAL, TRUE_PROGRAM, WORLD, good_data, state

IMPOSSIBLE = [Transition(state(x, 0, [2]), Action("left"), 0.0, state(5, 7), GOAL) for x in range(1, 5)]
CALM = [row for row in good_data() if row.state not in [odd.state for odd in IMPOSSIBLE]]
POSSIBLE = [Transition(state(x, 0, [2]), Action("left"), 0.0, state(x - 1, 0, [2]), GOAL) for x in range(1, 5)]


async def diagnosed(served: Served) -> pb.Diagnosis:
    return (await served.stub.DiagnoseWorld(pb.DiagnoseWorldRequest(name=WORLD.name))).diagnosis


async def test_sound_data_are_healthy(served: Served) -> None:
    await served.create()
    await served.submit(good_data())
    found = await diagnosed(served)
    assert found.healthy
    assert found.deterministic
    assert found.explainable == found.transitions == len({row.digest() for row in good_data()})
    assert sum(event.rows for event in found.events) == found.transitions


async def test_a_world_of_chance_is_named_with_the_rows_that_show_it(served: Served) -> None:
    await served.create()
    await served.submit([*CALM, *POSSIBLE, *IMPOSSIBLE])
    found = await diagnosed(served)
    assert not found.healthy
    assert found.explainable == found.transitions - len(IMPOSSIBLE)
    first, second = found.remarks[:2]
    assert (first.kind, first.severity) == ("stochastic", pb.Remark.SEVERITY_PROBLEM)
    assert "`left`" in first.text
    assert (second.kind, set(second.transitions)) == ("contradiction", {POSSIBLE[0].digest(), IMPOSSIBLE[0].digest()})


async def test_a_world_without_data_or_that_is_not_there(served: Served) -> None:
    await served.create()
    assert (await diagnosed(served)).healthy
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await served.stub.DiagnoseWorld(pb.DiagnoseWorldRequest(name="none"))
    assert refused(error.value).reason == "WORLD_NOT_FOUND"


async def test_a_synthesis_says_so_and_ends_when_nothing_more_can_be_explained(served: Served) -> None:
    await served.create()
    await served.submit([*CALM, *POSSIBLE, *IMPOSSIBLE])
    events = await served.synthesize(served.script(TRUE_PROGRAM, TRUE_PROGRAM + "# never asked for"))
    assert [problem.kind for problem in events[0].started.problems][:2] == ["stochastic", "contradiction"]
    finished = events[-1].finished
    assert finished.reason.startswith("contradictory: no program can explain more than")
    assert finished.status == model_pb2.STATUS_PARTIAL
    assert (finished.totals.candidates, finished.model.source) == (1, TRUE_PROGRAM)


async def test_a_synthesis_of_sound_data_has_no_problem_to_tell(served: Served) -> None:
    await served.create()
    await served.submit(good_data())
    events = await served.synthesize(served.script(TRUE_PROGRAM))
    assert not events[0].started.problems
    assert events[-1].finished.reason == "verified"
