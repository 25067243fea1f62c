"""What an evaluation tells whoever repairs the program: goals without a rule, and the best way where no plan is."""

import pytest
from worldsmith.v1 import model_pb2

from agent_client.convert import evaluation as received
from sandbox.data.records import Start, World
from synth_server.convert import evaluation as sent
from synth_server.domain import Evaluation
from synth_server.store.encoding import evaluation_from_json, evaluation_to_json
from synth_server.verify.options import VerifyOptions
from synth_server.verify.verifier import Verifier
from tests.prompts.asking import ONE_GOAL, OTHER_GOAL, two_goals
from tests.verify.worlds import GOAL, STARTS, TRUE_PROGRAM, WORLD, good_data, state, step, walk

NO_PLAN = Start(state(0), GOAL)  # there is no key
UNPAID = walk(["left", "left", "right", "right"])


async def test_goals_of_rows_without_a_rule_are_named(verifier: Verifier) -> None:
    found = await verifier.evaluate_program(WORLD, two_goals(), STARTS, ONE_GOAL)
    assert found.unknown_goals == (OTHER_GOAL,)
    assert found.fit < 1.0


async def test_goals_of_starts_without_a_rule_are_named_though_no_row_has_them(verifier: Verifier) -> None:
    starts = [*STARTS, Start(state(1), "sing"), Start(state(2), "sing"), Start(state(1), "dance")]
    found = await verifier.evaluate_program(WORLD, good_data(), starts, ONE_GOAL)
    assert found.fit == 1.0
    assert found.unknown_goals == ("sing", "dance")
    assert (await verifier.evaluate_program(WORLD, good_data(), starts, TRUE_PROGRAM)).unknown_goals == ()


async def test_goals_are_tried_where_there_are_no_rows_if_there_is_an_action(verifier: Verifier) -> None:
    starts = [Start(state(1), "sing")]
    assert (await verifier.evaluate_program(WORLD, [], starts, ONE_GOAL)).unknown_goals == ("sing",)
    assert (await verifier.evaluate_program(World("bare"), [], starts, ONE_GOAL)).unknown_goals == ()


async def test_a_goal_that_arrives_with_newer_starts_is_tried(verifier: Verifier) -> None:
    checker = await verifier.open(WORLD, good_data(), STARTS)
    try:
        assert (await checker.evaluate(ONE_GOAL)).unknown_goals == ()
        checker.take([step(state(5), "left")], [Start(state(1), "sing")])
        assert (await checker.evaluate_all(ONE_GOAL)).evaluation.unknown_goals == ("sing",)
        await checker.release()
        assert (await checker.evaluate(ONE_GOAL)).unknown_goals == ("sing",)
    finally:
        await checker.close()


async def test_a_reward_that_raises_otherwise_has_no_unknown_goal(verifier: Verifier) -> None:
    broken = ONE_GOAL.replace("raise UnknownGoal(goal)", "raise ValueError(goal)")
    assert (await verifier.evaluate_program(WORLD, two_goals(), STARTS, broken)).unknown_goals == ()


async def test_a_refuted_start_tells_the_best_way_step_by_step(verifier: Verifier) -> None:
    found = await verifier.evaluate_program(WORLD, UNPAID, [NO_PLAN], TRUE_PROGRAM)
    lines = found.refuted[0].path.splitlines()
    assert lines
    assert all(line.startswith(f"{number}. ") for number, line in enumerate(lines, 1))
    x = 0
    for line in lines:
        assert line.split(": ", 1)[1].startswith(("Agent.x: ", "nothing changes"))
        if "Agent.x" in line:
            assert f"Agent.x: {x} -> " in line
            x = int(line.rsplit("-> ", 1)[1])


async def test_a_long_way_is_cut_and_says_so(sandbox) -> None:
    short = Verifier(sandbox, VerifyOptions(path_steps=1))
    far = "on the way to the far wall"
    program = TRUE_PROGRAM.replace("    return 0.0, False", "    return agent.x / 100, False")
    found = await short.evaluate_program(WORLD, UNPAID[:0], [Start(state(0), far)], program)
    short.close()
    assert found.refuted[0].path == "1. right: Agent.x: 0 -> 1; pays 0.01\nand 5 more steps"


@pytest.fixture
async def told(verifier: Verifier) -> Evaluation:
    """An evaluation with both."""
    return await verifier.evaluate_program(WORLD, UNPAID, [NO_PLAN, Start(state(1), "sing")], ONE_GOAL)


async def test_both_are_stored_and_sent(told: Evaluation) -> None:
    assert told.unknown_goals
    assert told.refuted[0].path
    assert evaluation_from_json(evaluation_to_json(told)) == told
    there = received(model_pb2.Evaluation.FromString(sent(told).SerializeToString()))
    assert there.unknown_goals == told.unknown_goals
    assert [start.path for start in there.refuted] == [start.path for start in told.refuted]
