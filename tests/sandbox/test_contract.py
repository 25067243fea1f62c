"""What every backend answers to well-meant programs."""

from collections.abc import Callable

import pytest

from sandbox.contract import (
    Explore,
    FindPlan,
    Inputs,
    OutcomeKind,
    PredictRewards,
    PredictStates,
    ReplayPlan,
    RewardPrediction,
    Session,
    StatePrediction,
    Verdict,
    Why,
)
from sandbox.limits import Limits
from sandbox.runtime import Action, ActionSchema, Argument, Object, State
from tests.sandbox.corridor import GOAL, LEFT, LENGTH, MODEL, RIGHT, inputs, moved, state

Open = Callable[[Inputs], Session]


def test_predicted_states_are_those_of_the_world(opened: Open) -> None:
    given = inputs()
    outcome = opened(given).run(PredictStates(), MODEL)
    assert outcome.kind is OutcomeKind.OK, outcome.detail
    predicted = [p.apply(given.states[s]) for p, (s, _) in zip(outcome.value, given.transitions, strict=True)]
    assert predicted == [state(moved(s, a)) for s, a in given.transitions]
    assert outcome.value[0] == StatePrediction()
    assert 0 < outcome.seconds < 5


def test_predicted_rewards_are_those_of_the_world(opened: Open) -> None:
    given = inputs()
    outcome = opened(given).run(PredictRewards(), MODEL)
    ends = [moved(s, a) == 5 for s, a in given.transitions]
    assert outcome.value == [RewardPrediction(float(end), end) for end in ends]


def test_an_unknown_goal_is_told_apart_from_an_error(opened: Open) -> None:
    outcome = opened(inputs("sing")).run(PredictRewards(), MODEL)
    assert outcome.kind is OutcomeKind.OK
    assert {(p.unknown_goal, p.error.splitlines()[0]) for p in outcome.value} == {(True, "UnknownGoal: sing")}


def test_values_keep_their_types_both_ways(opened: Open) -> None:
    values = [1, 1.0, True, None, "é\n\u2028", (1, (2.5,)), {"a": {"b": -(2**63)}}, 2**63 - 1, 1e-300, "", {}, ()]
    thing = Object.from_mapping("Ding an sich", {f"a {i}": value for i, value in enumerate(values)})
    given = Inputs(states=[State([thing, thing])], transitions=[(0, Action("copy", [(1, True, {"k": 1.0})]))])
    program = """
def transition(state, action):
    first = next(iter(state))
    twin = state.add(first)
    twin["a 0"] = first["a 1"]
    twin["arg"] = action.args[0]
    twin["new"] = [1, {"x": 1.0}]
    state.remove(first)
    return state
def reward(s, a, n, g): return 0, False
"""
    (prediction,) = opened(given).run(PredictStates(), program).value
    wanted = Object.from_mapping(
        "Ding an sich",
        {f"a {i}": v for i, v in enumerate(values)}
        | {"a 0": 1.0, "arg": (1, True, {"k": 1.0}), "new": (1, {"x": 1.0})},
    )
    assert prediction.apply(given.states[0]) == State([thing, wanted])
    assert prediction.removed == (thing,)


def test_one_rows_error_is_that_rows_alone(opened: Open) -> None:
    given = inputs()
    program = MODEL.replace("    place =", "    if agent.x == 3: raise ValueError('three')\n    place =")
    outcome = opened(given).run(PredictStates(), program)
    assert outcome.kind is OutcomeKind.OK
    errors = {s: p.error for p, (s, _) in zip(outcome.value, given.transitions, strict=True) if p.error}
    assert list(errors) == [3]
    assert errors[3].splitlines() == [
        "ValueError: three",
        "  line 8, in transition: if agent.x == 3: raise ValueError('three')",
    ]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("return None", "transition returned None; return the state"),
        ("return list(state)", "transition returned a list, not a State; return the state"),
        ("return State([1])", "TypeError: a state holds objects, not int"),
        ("state.one('Agent').x = float('nan')", "InvalidValueError: x: nan is not a finite number"),
        ("state.one('Agent').x = '\\ud800'", "InvalidValueError: x: the text holds a lone surrogate"),
        ("raise ValueError('\\ud800')", "ValueError: \\ud800"),
        ("raise BaseException", "BaseException"),
        ("def f(): f()\n    f()", "RecursionError: maximum recursion depth exceeded"),
        ("state.one('Agent').weight", "AttributeError: Agent has no attribute 'weight'; it has ['x']"),
    ],
)
def test_wrong_answers_of_transition_are_errors(opened: Open, body: str, error: str) -> None:
    program = MODEL.replace("def transition(state, action):", f"def transition(state, action):\n    {body}")
    outcome = opened(inputs()).run(PredictStates(), program)
    assert outcome.kind is OutcomeKind.OK
    assert {p.error.splitlines()[0] for p in outcome.value} == {error}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("1.0", "reward returned a float; return a pair of number and bool"),
        ("None", "reward returned None; return a pair of number and bool"),
        ("True, True", "the reward is a bool, not a number"),
        ("1.0, 1", "done is a int, not True or False"),
        ("float('inf'), True", "the reward is not a finite number"),
        ("10**400, True", "the reward is too large"),
    ],
)
def test_wrong_answers_of_reward_are_errors(opened: Open, answer: str, error: str) -> None:
    program = f"def transition(s, a): return s\ndef reward(s, a, n, g): return {answer}\n"
    outcome = opened(inputs()).run(PredictRewards(), program)
    assert {p.error for p in outcome.value} == {error}


def test_what_is_printed_is_captured_and_capped(opened: Open) -> None:
    program = MODEL.replace("    place =", "    print('at', agent.x)\n    place =")
    session = opened(inputs())
    assert session.run(PredictStates(), program).stdout.startswith("at 0\nat 0\nat 1\n")
    flood = MODEL.replace("    place =", "    print('x' * 1_000_000)\n    place =")
    outcome = session.run(PredictStates(), flood)
    assert outcome.kind is OutcomeKind.OK
    assert outcome.stdout == "x" * 16 * 1024


@pytest.mark.parametrize(
    ("program", "detail"),
    [
        ("def transition(state, action)\n    pass", "line 1: expected ':': def transition(state, action)"),
        ("x = 1\ny = x / 0", "ZeroDivisionError: division by zero\n  line 2, in <module>: y = x / 0"),
        ("def transition(s, a): return s", "the program defines no `reward(state, action, next_state, goal)`"),
        ("transition = 3", "`transition` is a int, not a function"),
        ("import os", "ImportError: `os` may not be imported; these may: __future__, abc"),
        ("import worldsmith_runtime.guest", "ImportError: `worldsmith_runtime.guest` may not be imported"),
        ("open('/etc/passwd')", "NameError: name 'open' is not defined"),
        ("x = 1\0", "it does not compile: source code string cannot contain null bytes"),
        ("#" * 300_000, "the program has 300000 bytes; at most 262144 are allowed"),
    ],
)
def test_what_does_not_load_says_why_and_where(opened: Open, program: str, detail: str) -> None:
    outcome = opened(inputs()).run(PredictStates(), program)
    if "null bytes" in detail and "line" in outcome.detail:  # a later Python calls it a syntax error
        detail = "line 1: source code string cannot contain null bytes"
    assert (outcome.kind, outcome.detail[: len(detail)]) == (OutcomeKind.LOAD_ERROR, detail)
    assert outcome.value is None


def test_allowed_imports_work_in_the_child(opened: Open) -> None:
    program = MODEL.replace(
        "STEP =",
        """from __future__ import annotations
import collections.abc, copy, dataclasses, decimal, enum, fractions, functools, heapq, itertools, json, math, re
import statistics, string, textwrap, typing
from collections import Counter, defaultdict, deque
@dataclasses.dataclass(order=True)
class Spot:
    x: int = 0
    seen: list[int] = dataclasses.field(default_factory=list)
class Way(enum.Enum):
    LEFT = enum.auto()
assert copy.deepcopy(Spot(3)) == Spot(3) and re.match(r"\\d+", "12").group() == "12"
assert statistics.mean([1, 2]) == 1.5 and fractions.Fraction(1, 2) < 1 and decimal.Decimal("1.5") > 1
assert json.loads(json.dumps({"a": [1]})) == {"a": [1]} and sorted("é".encode().decode("utf-8")) == ["é"]
STEP =""",
    ).replace("from worldsmith_runtime import State, UnknownGoal\n", "")
    program = program.replace("import stat", "from worldsmith_runtime import State, UnknownGoal\nimport stat")
    outcome = opened(inputs()).run(PredictStates(), program)
    assert outcome.kind is OutcomeKind.OK, outcome.detail
    assert not any(p.error for p in outcome.value)


def test_plans_are_found_refuted_or_left_open(opened: Open) -> None:
    session = opened(inputs())
    found = session.run(FindPlan(2, 100), MODEL).value
    assert (found.verdict, found.actions) == (Verdict.FOUND, (RIGHT,) * 3)
    blocked = MODEL.replace("place = agent.x", "if agent.x == 3: return state\n    place = agent.x")
    refuted = session.run(FindPlan(2, 100), blocked).value
    assert (refuted.verdict, refuted.actions, refuted.nodes) == (Verdict.REFUTED, (), 4)
    left_open = session.run(FindPlan(2, 3), MODEL).value
    assert (left_open.verdict, left_open.actions, left_open.nodes) == (Verdict.OPEN, (), 3)


def test_a_plan_says_who_found_it_and_an_unknown_planner_is_refused(opened: Open) -> None:
    found = opened(inputs()).run(FindPlan(2, 100, planner="bfs"), MODEL).value
    assert (found.planner, found.shortest, found.partial) == ("bfs", True, ())
    with pytest.raises(ValueError, match="there is no planner 'oracle'; there are bfs"):
        FindPlan(2, 100, planner="oracle")
    with pytest.raises(ValueError, match="cannot be 'sad'"):
        FindPlan(2, 100, unsure="sad")


def test_what_the_model_is_unsure_of_is_followed_or_a_wall(opened: Open) -> None:
    session = opened(inputs())
    program = MODEL + "\ndef uncertain(state, action):\n    return 'far' if state.one('Agent').x == 4 else None\n"
    assert session.run(FindPlan(2, 100), program).value.verdict is Verdict.FOUND
    assert session.run(FindPlan(2, 100, unsure="walls"), program).value.verdict is Verdict.REFUTED


def test_a_plan_search_that_takes_too_long_is_left_open(opened: Open) -> None:
    endless = MODEL.replace("agent.x = place", "agent.x = place * 2 + 7 if place else 1")
    limits = Limits(wall_seconds=3.0)
    outcome = opened(inputs()).run(FindPlan(0, 10**9, reward_above=2.0), endless.replace("-1,", "3,"), limits)
    assert outcome.kind is OutcomeKind.OK, outcome.detail
    assert outcome.value.verdict is Verdict.OPEN
    assert outcome.value.nodes > 1000


def test_success_follows_the_worlds_own_test(opened: Open) -> None:
    session = opened(inputs())
    paid = MODEL.replace("return (1.0 if there else 0.0, there)", "return (0.5 if there else 0.0, False)")
    assert session.run(FindPlan(4, 100), paid).value.verdict is Verdict.REFUTED
    assert session.run(FindPlan(4, 100, needs_done=False), paid).value.actions == (RIGHT,)
    assert session.run(FindPlan(4, 100, reward_above=0.5, needs_done=False), paid).value.verdict is Verdict.REFUTED


def test_exploring_finds_the_nearest_uncertain_step(opened: Open) -> None:
    session = opened(inputs())
    assert session.run(Explore(2, 100), MODEL).value.verdict is Verdict.REFUTED
    program = MODEL + (
        "\ndef uncertain(state, action):\n"
        "    return {0: 'wall', 7: 'far', 4: None}.get(state.one('Agent').x) if action == 'left' else None\n"
    )
    found = session.run(Explore(2, 100), program).value
    assert (found.verdict, found.actions, found.reason) == (Verdict.FOUND, (LEFT, LEFT, LEFT), "wall")
    behind = session.run(Explore(2, 100, frozenset({"wall"})), program).value
    assert behind.verdict is Verdict.REFUTED  # the lamp ends the episode before the far end
    rows = session.run(PredictStates(), program).value
    assert [row.uncertain for row in rows[:3]] == ["wall", None, None]


def test_exploring_tells_rivals_apart_and_one_that_does_not_load_has_no_say(opened: Open) -> None:
    session = opened(inputs())
    rival = MODEL.replace("agent.x = place", "agent.x = place if place != 1 else 0")
    found = session.run(Explore(2, 100, rivals=("no program at all", rival)), MODEL).value
    assert (found.verdict, found.why, found.apart) == (Verdict.FOUND, Why.RIVALS, 2)
    assert "predict 2 different outcomes" in found.reason
    assert session.run(Explore(2, 100, rivals=(MODEL,)), MODEL).value.verdict is Verdict.REFUTED


def test_exploring_says_what_was_tried_least(opened: Open) -> None:
    given = inputs()
    here = given.states[given.starts[2][0]]
    found = opened(given).run(Explore(2, 100, tried=((here.fingerprint(), LEFT),)), MODEL).value
    assert (found.why, found.actions) == (Why.UNSEEN, (RIGHT,))


def test_rivals_that_are_too_long_are_refused_like_programs(opened: Open) -> None:
    task = Explore(2, 100, rivals=("#" * 2_000_000,))
    assert opened(inputs()).run(task, MODEL).kind is OutcomeKind.LOAD_ERROR


def test_arguments_are_enumerated_from_the_schema(opened: Open) -> None:
    given = Inputs(
        states=[State([Object("Key", name="b"), Object("Key", name="a"), Object("Door", name="a", open=False)])],
        starts=[(0, "")],
        schemas=[ActionSchema("open", (Argument(type="Key", attribute="name"), Argument(values=("slow", "fast"))))],
    )
    program = """
def transition(state, action):
    key, how = action.args
    for door in state.where(type="Door", name=key):
        door.open = how == "fast"
    return state
def reward(s, a, n, g):
    return (1.0, True) if n.one("Door").open else (0.0, False)
"""
    assert opened(given).run(FindPlan(0, 10), program).value.actions == (Action("open", ["a", "fast"]),)


def test_a_replay_gives_each_step_and_stops_at_an_error(opened: Open) -> None:
    session = opened(inputs())
    steps = session.run(ReplayPlan(3, (RIGHT, RIGHT, LEFT)), MODEL).value
    place, places = state(3), []
    for step in steps:
        place = step.prediction.apply(place)
        places.append(place.one("Agent").x)
    assert places == [4, 5, 4]
    assert [step.reward for step in steps] == [RewardPrediction(), RewardPrediction(1.0, True), RewardPrediction()]
    broken = session.run(ReplayPlan(3, (RIGHT, Action("fly"), LEFT)), MODEL).value
    assert len(broken) == 2
    assert broken[1].prediction.error.startswith("KeyError: 'fly'")
    assert session.run(ReplayPlan(3, ()), MODEL).value == []


def test_loading_replaces_the_inputs(opened: Open) -> None:
    session = opened(inputs())
    session.load(
        Inputs(states=[state(8, lamp=7)], transitions=[(0, LEFT)], starts=[(0, GOAL)], schemas=inputs().schemas)
    )
    (prediction,) = session.run(PredictStates(), MODEL).value
    assert prediction.apply(state(8, lamp=7)) == state(7, lamp=7)
    assert session.run(FindPlan(0, 50), MODEL).value.actions == (LEFT,)
    with pytest.raises(IndexError, match="no start number 1"):
        session.run(FindPlan(1, 50), MODEL)
    with pytest.raises(IndexError, match="names a state"):
        session.load(Inputs(states=[state(1)], transitions=[(1, LEFT)]))


def test_many_rows_cost_what_changes(opened: Open) -> None:
    background = [Object("Wall", x=-1 - i) for i in range(300)] + [Object("Wall", x=LENGTH), Object("Lamp", x=5)]
    states = [State([Object("Agent", x=x % LENGTH), *background]) for x in range(1000)]
    given = Inputs(states=states, transitions=[(i, RIGHT) for i in range(1000)])
    session = opened(given)
    outcome = session.run(PredictStates(), MODEL)
    assert outcome.kind is OutcomeKind.OK
    assert sum(len(p.added) for p in outcome.value) == sum(moved(x % LENGTH, RIGHT) != x % LENGTH for x in range(1000))


def test_no_rows_are_answered_by_none(opened: Open) -> None:
    session = opened(Inputs())
    assert session.run(PredictStates(), MODEL).value == []
    assert session.run(PredictRewards(), MODEL).value == []
