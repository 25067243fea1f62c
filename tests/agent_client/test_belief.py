"""How often, and how far, a model is searched for a plan."""

from itertools import pairwise

from agent_client import types
from agent_client.belief import MOST_REST, Belief
from agent_client.planning import LoadedModel, PlanSettings
from sandbox.contract import Verdict
from sandbox.data.records import Start, Success, Transition
from sandbox.process import ProcessSandbox
from tests.agent_client.corridor import ACTIONS, GOAL, GOOD, HOPELESS, situation

EVALUATION = types.Evaluation(types.Status.PARTIAL, 1.0, 1.0, 1.0, 1.0, None, 0, 0.3, types.Optimism(), 14, "jail", 0.1)


def test_whole_searches_that_come_to_no_end_are_made_less_and_less_often(planner: ProcessSandbox) -> None:
    endless = HOPELESS.replace(" and walker.x < 11", "")
    certificate = types.Certificate("", b"", "")
    model = types.Model("m1", "corridor", "s1", endless, EVALUATION, certificate, 0.0, "scripted", "", ACTIONS)
    loaded = LoadedModel(planner, endless, ACTIONS, Success(), PlanSettings(nodes=50))
    belief, searched = Belief(model, loaded, 1, frozenset()), []
    for look in range(80):
        if belief.searching.is_over():
            searched.append(look)
            assert belief.plan(situation(look), GOAL).verdict is Verdict.OPEN
    belief.close()
    waits = [later - earlier for earlier, later in pairwise(searched)]
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert set(waits[5:]) == {MOST_REST}


def test_a_model_that_led_to_success_once_is_searched_wholly_from_then_on(planner: ProcessSandbox) -> None:
    model = types.Model(
        "m1", "corridor", "s1", GOOD, EVALUATION, types.Certificate("", b"", ""), 0.0, "scripted", "", ACTIONS
    )
    belief = Belief(model, LoadedModel(planner, GOOD, ACTIONS, Success(), PlanSettings()), 1, frozenset())
    assert not belief.hopeful
    assert belief.plan(situation(5), GOAL, quick=True).verdict is Verdict.FOUND
    assert belief.hopeful
    belief.close()


def test_a_start_is_looked_at_once_and_a_plan_through_a_misprediction_counts_as_none(planner: ProcessSandbox) -> None:
    model = types.Model(
        "m1", "corridor", "s1", GOOD, EVALUATION, types.Certificate("", b"", ""), 0.0, "scripted", "", ACTIONS
    )
    belief = Belief(model, LoadedModel(planner, GOOD, ACTIONS, Success(), PlanSettings()), 1, frozenset())
    start = Start(situation(4), GOAL)
    first = belief.plan_from_start(start)
    assert first.verdict is Verdict.FOUND
    assert belief.plan_from_start(Start(situation(4), GOAL)) is first
    assert belief.plan_from_start(Start(situation(5), GOAL)) is not first
    stuck = Transition(start.state, first.steps[0].action, 0.0, start.state, GOAL)
    assert belief.compare(first.steps[0], stuck) is not None
    assert belief.plan_from_start(start).verdict is Verdict.OPEN
    belief.close()
