import pytest

from sandbox import policy
from sandbox.data.records import Transition
from sandbox.process import ProcessSandbox
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from synth_server.domain import Evaluation, Part, Status
from synth_server.verify.options import VerifyOptions
from synth_server.verify.verifier import Verifier
from tests.verify.worlds import GOAL, IDENTITY_PROGRAM, STARTS, TRUE_PROGRAM, WORLD, good_data

ROWS = len({row.digest() for row in good_data()})


async def check(verifier: Verifier, source: str, rows: list[Transition] | None = None) -> Evaluation:
    return await verifier.evaluate_program(WORLD, good_data() if rows is None else rows, STARTS, source)


def changed(old: str, new: str) -> str:
    assert old in TRUE_PROGRAM
    return TRUE_PROGRAM.replace(old, new)


async def test_the_true_program_is_verified(verifier: Verifier) -> None:
    found = await check(verifier, TRUE_PROGRAM)
    assert (found.status, found.fit, found.score, found.error) == (Status.VERIFIED, 1.0, 1.0, "")
    assert (found.optimism.found, found.optimism.unchecked) == (2, 0)
    assert (found.transitions, found.sandbox, found.mispredictions) == (ROWS, "process", ())


async def test_rows_are_counted_once(verifier: Verifier) -> None:
    assert (await check(verifier, TRUE_PROGRAM, good_data() * 3)).transitions == ROWS


async def test_predicting_nothing_scores_the_identity_baseline(verifier: Verifier) -> None:
    found = await check(verifier, IDENTITY_PROGRAM)
    assert 0 < found.identity_baseline < 0.5
    assert found.next_state_fit == found.identity_baseline
    assert (found.status, found.optimism.unchecked) == (Status.PARTIAL, 2)


async def test_less_than_the_baseline_is_a_finding(verifier: Verifier) -> None:
    found = await check(verifier, IDENTITY_PROGRAM.replace("return state", "return state.add('X') and state"))
    assert found.next_state_fit == 0.0
    assert [finding.kind for finding in found.findings] == ["below_identity_baseline"]


async def test_a_wrong_rule_is_told_in_words(verifier: Verifier) -> None:
    found = await check(verifier, changed("agent.keys += 1", "agent.keys += 2"))
    assert 0.5 < found.next_state_fit < 1.0
    first = found.mispredictions[0]
    assert first.part is Part.NEXT_STATE
    assert "Agent.keys: 0 -> 1" in first.expected
    assert "Agent.keys: 0 -> 2" in first.predicted
    assert first.transition in {row.digest() for row in good_data()}


async def test_a_wrong_reward_is_told_apart_from_a_wrong_end(verifier: Verifier) -> None:
    reward = await check(verifier, changed("return 1.0, True", "return 0.5, True"))
    assert (reward.next_state_fit, reward.done_fit) == (1.0, 1.0)
    assert reward.reward_fit == reward.fit < 1.0
    assert (reward.mispredictions[0].part, reward.mispredictions[0].predicted) == (Part.REWARD, "reward 0.5, done True")
    end = await check(verifier, changed("return 1.0, True", "return 1.0, False"))
    assert (end.next_state_fit, end.reward_fit) == (1.0, 1.0)
    assert end.done_fit == end.fit < 1.0
    assert end.mispredictions[0].part is Part.DONE


async def test_rewards_may_differ_by_a_millionth(verifier: Verifier) -> None:
    assert (await check(verifier, changed("return 1.0, True", "return 1.0000005, True"))).reward_fit == 1.0
    assert (await check(verifier, changed("return 1.0, True", "return 1.00001, True"))).reward_fit < 1.0


@pytest.mark.parametrize("value", ["agent.keys + 1.0", "True", "str(agent.keys + 1)"])
async def test_values_of_another_type_are_wrong(verifier: Verifier, value: str) -> None:
    found = await check(verifier, changed("agent.keys += 1", f"agent.keys = {value}"))
    assert found.next_state_fit < 1.0


STRICT = {
    "true for one": (1, "True"),
    "one for true": (True, "1"),
    "one for one point zero": (1.0, "1"),
    "zero for false": (False, "0"),
    "nothing for an empty text": ("", "None"),
    "zero for nothing": (None, "0"),
    "a text for a number": (7, "'7'"),
    "a number for a text": ("7", "7"),
    "other case": ("Red", "'red'"),
    "a list for a text": ("ab", "['a', 'b']"),
    "types within lists": ((1, 2), "[1, 2.0]"),
    "types within maps": ({"a": 1}, "{'a': True}"),
    "order within lists": ((1, 2), "[2, 1]"),
    "a neighbour of a float": (0.1, "0.1 + 2**-54"),
    "the next integer": (2**62, "2**62 + 1"),
    "the float of a large integer": (2**62, "float(2**62)"),
}


@pytest.mark.parametrize(("value", "given"), STRICT.values(), ids=STRICT.keys())
async def test_values_are_compared_with_their_types(verifier: Verifier, value: object, given: str) -> None:
    before, after = State(), State()
    before.add("Box", x="before")
    after.add("Box", x=value)
    rows = [Transition(before, Action("go"), 0.0, after)]
    source = "def transition(state, action):\n    state.one('Box').x = {}\n    return state\n"
    source += "def reward(state, action, next_state, goal):\n    return 0.0, False\n"
    wrong = await verifier.evaluate_program(WORLD, rows, [], source.format(given))
    assert (wrong.next_state_fit, wrong.error) == (0.0, "")
    right = await verifier.evaluate_program(WORLD, rows, [], source.format(repr(value)))
    assert right.next_state_fit == 1.0


async def test_a_state_is_a_multiset(verifier: Verifier) -> None:
    before, after = State(), State()
    for state in (before, after):
        state.add("Box", x=1)
        state.add("Box", x=2)
    after.add("Box", x=1)
    rows = [Transition(before, Action("go"), 0.0, after)]
    source = "def transition(state, action):\n    state.add('Box', x={})\n    return state\n"
    source += "def reward(state, action, next_state, goal):\n    return 0.0, False\n"
    assert (await verifier.evaluate_program(WORLD, rows, [], source.format(1))).next_state_fit == 1.0
    assert (await verifier.evaluate_program(WORLD, rows, [], source.format(2))).next_state_fit == 0.0


@pytest.mark.parametrize("end", ["1", "'yes'", "1.0", "None", "[True]"])
async def test_an_end_is_a_truth_value_and_nothing_like_it(verifier: Verifier, end: str) -> None:
    found = await check(verifier, changed("return 1.0, True", f"return 1.0, {end}"))
    assert found.done_fit < 1.0
    assert found.next_state_fit == 1.0


@pytest.mark.parametrize("pay", ["True", "'1.0'", "float('nan')", "float('inf')", "None", "10**400"])
async def test_a_reward_is_a_finite_number(verifier: Verifier, pay: str) -> None:
    found = await check(verifier, changed("return 1.0, True", f"return {pay}, True"))
    assert found.reward_fit < 1.0


async def test_floats_in_states_are_exact_unless_a_tolerance_says_otherwise(sandbox: ProcessSandbox) -> None:
    before, after = State(), State()
    before.add("Ball", h=0.5)
    before.add("Ball", h=4.0)
    after.add("Ball", h=0.6)
    after.add("Ball", h=4.0)
    rows = [Transition(before, Action("lift"), 0.0, after)]
    source = """
def transition(state, action):
    for ball in state.of("Ball"):
        if ball.h < 1:
            ball.h = 0.6000001
    return state
def reward(state, action, next_state, goal):
    return 0.0, False
"""
    for tolerance, fit in ((0.0, 0.0), (1e-6, 1.0), (1e-9, 0.0)):
        verifier = Verifier(sandbox, VerifyOptions(float_tolerance=tolerance))
        assert (await verifier.evaluate_program(WORLD, rows, [], source)).next_state_fit == fit
        verifier.close()


async def test_an_exception_on_some_rows_costs_these_rows(verifier: Verifier) -> None:
    found = await check(verifier, changed('elif action == "take":', 'elif action == "take":\n        1 / 0'))
    assert 0 < found.next_state_fit < 1
    assert any("ZeroDivisionError" in wrong.predicted for wrong in found.mispredictions)
    assert found.status is Status.PARTIAL


async def test_an_unknown_goal_is_a_wrong_reward(verifier: Verifier) -> None:
    found = await check(
        verifier, changed("    agent = next_state.one", "    raise UnknownGoal(goal)\n    agent = next_state.one")
    )
    assert (found.next_state_fit, found.reward_fit, found.done_fit) == (1.0, 0.0, 0.0)
    assert found.mispredictions[0].predicted == f"UnknownGoal for {GOAL!r}"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def transition(state, action:", "line 1"),
        ("raise RuntimeError('at load')", "at load"),
        ("def transition(state, action):\n    return state\n", "reward"),
        ("", "transition"),
    ],
)
async def test_a_program_that_cannot_be_loaded_fails_with_the_reason(
    verifier: Verifier, source: str, reason: str
) -> None:
    found = await check(verifier, source)
    assert (found.status, found.fit, found.score) == (Status.FAILED, 0.0, 0.0)
    assert reason in found.error


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("while True: pass", "timeout"),
        ("raise SystemExit(0)", "crash"),
        ("return [0] * 10**10", "memory"),
    ],
)
async def test_a_program_that_hangs_or_crashes_scores_nothing(sandbox: ProcessSandbox, body: str, outcome: str) -> None:
    verifier = Verifier(sandbox, VerifyOptions(predict_seconds=1.0))
    found = await check(verifier, IDENTITY_PROGRAM.replace("return state", body))
    verifier.close()
    assert (found.status, found.next_state_fit) == (Status.FAILED, 0.0)
    assert found.error.startswith(outcome)


async def test_one_row_that_hangs_costs_its_part_only(sandbox: ProcessSandbox) -> None:
    verifier = Verifier(sandbox, VerifyOptions(predict_seconds=1.0))
    source = changed(
        'if action == "right"', 'while action == "take" and agent.x == 1:\n        pass\n    if action == "right"'
    )
    found = await check(verifier, source)
    verifier.close()
    assert 0 < found.next_state_fit < 1
    assert (found.reward_fit, found.status) == (1.0, Status.PARTIAL)


async def test_what_a_program_prints_comes_along(verifier: Verifier) -> None:
    found = await check(verifier, changed("    agent = state.one", "    print('here')\n    agent = state.one"))
    assert "here" in found.stdout


async def test_uncertain_predictions_are_counted_and_still_scored(verifier: Verifier) -> None:
    source = TRUE_PROGRAM + "\ndef uncertain(state, action):\n    return 'never seen' if action == 'left' else None\n"
    found = await check(verifier, source)
    rows = {row.digest(): row for row in good_data()}.values()
    assert found.uncertain == sum(row.action == "left" for row in rows) > 0
    assert found.fit == 1.0


async def test_a_refused_program_is_not_run(sandbox: ProcessSandbox) -> None:
    verifier = Verifier(sandbox, policy=lambda source: "line 1: no `import os`" if "import os" in source else None)
    found = await check(verifier, "import os\n" + TRUE_PROGRAM)
    assert (found.status, found.error, found.score) == (Status.FAILED, "line 1: no `import os`", 0.0)
    assert [finding.kind for finding in found.findings] == ["policy_refused"]
    assert (await check(verifier, TRUE_PROGRAM)).status is Status.VERIFIED
    verifier.close()


async def test_the_static_gate_names_line_and_cure(sandbox: ProcessSandbox) -> None:
    verifier = Verifier(sandbox, policy=lambda source: "; ".join(map(str, policy.check(source))) or None)
    found = await check(verifier, "import math\nimport socket\n" + TRUE_PROGRAM)
    assert found.error.startswith("line 2: ")
    assert (await check(verifier, TRUE_PROGRAM)).status is Status.VERIFIED
    verifier.close()


async def test_nothing_is_verified_on_no_data(verifier: Verifier) -> None:
    found = await check(verifier, TRUE_PROGRAM, [])
    assert (found.status, found.fit, found.transitions) == (Status.PARTIAL, 0.0, 0)


async def test_a_program_that_answers_otherwise_in_another_order_is_found_out(verifier: Verifier) -> None:
    source = "calls = []\n" + changed(
        "    agent = state.one",
        "    calls.append(1)\n    if len(calls) == 3:\n        return state\n    agent = state.one",
    )
    checker = await verifier.open(WORLD, good_data(), STARTS)
    await checker.evaluate(source)
    found = (await checker.evaluate_all(source)).evaluation
    await checker.close()
    assert "nondeterministic" in {finding.kind for finding in found.findings}
    assert found.status is Status.PARTIAL


async def test_a_checker_serves_many_candidates_with_the_same_sessions(verifier: Verifier) -> None:
    checker = await verifier.open(WORLD, good_data(), STARTS)
    await checker.warm()
    fits = [(await checker.evaluate(source)).fit for source in (IDENTITY_PROGRAM, TRUE_PROGRAM, IDENTITY_PROGRAM)]
    await checker.close()
    assert fits[0] == fits[2] < fits[1] == 1.0
