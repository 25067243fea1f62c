from agent_client import types
from agent_client.describe import actions, describe, progress
from agent_client.events import ModelMissing, Stepped, Surprise
from agent_client.explore import Move
from agent_client.planning import PlannedStep
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from tests.agent_client.corridor import situation


def step(predicted: PlannedStep | None, state: State, reward: float = 0.0, done: bool = False) -> str | None:
    surprise = Surprise(predicted, state, reward, done) if predicted else None
    return describe(Stepped(7, Action("press"), reward, done, False, state, Move.FOLLOW, surprise))


def test_a_surprise_names_what_was_expected_and_what_came() -> None:
    line = step(PlannedStep(Action("press"), situation(1, on=True), 1.0, True), situation(2))
    assert line is not None
    assert line.startswith("step 7: surprise at press: expected ")
    expected, got = line.split("expected ")[1].split(", got ", 1)
    assert "x=1" in expected
    assert "on=True" in expected
    assert "x=2" in got
    assert "expected reward 1, got 0; expected the end" in line


def test_a_model_that_raised_is_told_by_its_error() -> None:
    line = step(PlannedStep(Action("press"), situation(1), error="KeyError: 'x'"), situation(1))
    assert line == "step 7: surprise at press: the model raised KeyError: 'x'"


def test_a_step_as_predicted_is_not_worth_a_line() -> None:
    assert step(None, situation(1)) is None


def test_long_plans_are_shortened() -> None:
    assert actions([Action("go")] * 3) == "go go go"
    assert actions([Action("go")] * 15).endswith("... 3 more")


def test_a_request_that_came_to_nothing_is_no_failure_of_anybody() -> None:
    body = types.ProviderFailed("every program that the data suggest was proposed")
    line = progress(types.SynthesisEvent("s1", 3, 0.0, body))
    assert line == "no new program: every program that the data suggest was proposed"


def test_the_end_of_a_synthesis_is_told_in_words() -> None:
    line = describe(ModelMissing("exhausted", types.Totals()))
    assert line == "no model: the provider has nothing further to propose; more data may help"
    assert describe(ModelMissing("failed: no key", types.Totals())) == "no model: failed: no key"
