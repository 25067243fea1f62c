"""Promise 2 of the sandbox: inputs leak answers, so no process is given another row's answer as an input."""

import pytest

from sandbox.contract import Inputs, PredictStates
from sandbox.process import ProcessSandbox
from synth_server.verify.fit import same_change
from synth_server.verify.rows import Row, distinct
from synth_server.verify.verifier import Verifier
from tests.verify.worlds import STARTS, TRUE_PROGRAM, WORLD, good_data, walk

# A program with no model: it walks the stack to the inputs that it was given, and answers with one of them.
CHEAT = """
def others():
    try:
        raise KeyError
    except KeyError as error:
        frame = error.__traceback__.tb_frame
    while "inputs" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["inputs"]


def transition(state, action):
    found = [other.copy() for other in others().states]
    {choice}


def reward(state, action, next_state, goal):
    return 0.0, False
"""

FOLLOWING = CHEAT.format(choice="return found[(found.index(state) + 1) % len(found)]")
NEAREST = CHEAT.format(
    choice="""def far(other):
        return sum(abs(a.x - b.x) + abs(a.keys - b.keys) for a, b in zip(state.of("Agent"), other.of("Agent")))
    return min(found[::-1], key=lambda other: (other == state, far(other)))"""
)
DATA = walk(["right"] * 5 + ["take"] + ["left"] * 4 + ["take"] + ["right"] * 6)


def fit_in_one_process(sandbox: ProcessSandbox, rows: list[Row], source: str) -> float:
    """What a program would score if all rows were predicted side by side."""
    states = list({row.state: row.transition.state for row in rows}.values())
    keys = [state.key() for state in states]
    session = sandbox.open(
        Inputs(states=states, transitions=[(keys.index(row.state), row.transition.action) for row in rows])
    )
    predictions = session.run(PredictStates(), source).value
    session.close()
    assert isinstance(predictions, list)
    return sum(same_change(row, found, 0.0) for row, found in zip(rows, predictions, strict=True)) / len(rows)


@pytest.mark.parametrize("source", [FOLLOWING, NEAREST])
async def test_returning_another_input_is_worth_no_more_than_changing_nothing(
    sandbox: ProcessSandbox, verifier: Verifier, source: str
) -> None:
    rows = distinct(DATA)
    assert fit_in_one_process(sandbox, rows, source) > 0.4
    found = await verifier.evaluate_program(WORLD, DATA, STARTS, source)
    assert found.error == ""
    assert found.next_state_fit <= found.identity_baseline


async def test_the_cheat_falls_on_held_back_and_visible_rows_alike(verifier: Verifier) -> None:
    checker = await verifier.open(WORLD, DATA, STARTS)
    found = await checker.evaluate(FOLLOWING)
    await checker.close()
    assert found.next_state_fit <= found.identity_baseline


async def test_a_process_holds_nothing_but_its_own_inputs(verifier: Verifier) -> None:
    source = (
        TRUE_PROGRAM
        + """
def uncertain(state, action):
    try:
        raise KeyError
    except KeyError as error:
        frame = error.__traceback__.tb_frame
    while "inputs" not in frame.f_locals:
        frame = frame.f_back
    inputs = frame.f_locals["inputs"]
    print(len(inputs.rewards), len(inputs.starts), len(inputs.schemas))
    return None
"""
    )
    found = await verifier.evaluate_program(WORLD, good_data(), STARTS, source)
    assert found.fit == 1.0
    assert set(found.stdout.splitlines()) == {"0 0 0"}
