import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_client.errors import ModelError
from agent_client.planning import ModelRunner, PlanSettings
from sandbox.contract import Verdict
from sandbox.data.records import Success
from sandbox.process import ProcessSandbox
from sandbox.runtime.actions import Action
from tests.agent_client.corridor import ACTIONS, ASKING, GOAL, GOOD, HOPELESS, situation


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ProcessSandbox]:
    made = ProcessSandbox()
    yield made
    made.close()


def runner(sandbox: ProcessSandbox, source: str, nodes: int = 1000) -> ModelRunner:
    return ModelRunner(sandbox, source, ACTIONS, Success(), PlanSettings(nodes=nodes))


def test_a_plan_tells_every_step_that_the_model_predicts(sandbox: ProcessSandbox) -> None:
    model = runner(sandbox, GOOD)
    plan = model.plan(situation(3), GOAL)
    assert plan.verdict is Verdict.FOUND
    assert [str(step.action) for step in plan.steps] == ["right", "right", "press"]
    assert [step.next_state for step in plan.steps] == [situation(4), situation(5), situation(5, on=True)]
    assert [(step.reward, step.done) for step in plan.steps] == [(0.0, False), (0.0, False), (1.0, True)]
    model.close()


def test_the_same_runner_plans_from_one_state_after_another(sandbox: ProcessSandbox) -> None:
    model = runner(sandbox, GOOD)
    lengths = [len(model.plan(situation(x), GOAL).steps) for x in (5, 0, 4)]
    assert lengths == [1, 6, 2]
    model.close()


def test_an_unreachable_goal_is_refuted(sandbox: ProcessSandbox) -> None:
    model = runner(sandbox, HOPELESS)
    plan = model.plan(situation(0), GOAL)
    assert (plan.verdict, plan.steps) == (Verdict.REFUTED, ())
    model.close()


def test_a_spent_budget_leaves_the_plan_open(sandbox: ProcessSandbox) -> None:
    model = runner(sandbox, GOOD, nodes=2)
    assert model.plan(situation(0), GOAL).verdict is Verdict.OPEN
    model.close()


def test_the_nearest_open_question_is_sought_and_skipped_when_told(sandbox: ProcessSandbox) -> None:
    model = runner(sandbox, ASKING)
    plan = model.explore(situation(0), GOAL)
    assert [str(step.action) for step in plan.steps] == ["right", "right", "press"]
    assert plan.reason == "press was never tried at 2"
    assert plan.steps[-1].uncertain == plan.reason
    other = model.explore(situation(0), GOAL, frozenset({plan.reason}))
    assert other.reason == "press was never tried at 3"
    everything = frozenset(f"press was never tried at {x}" for x in range(6))
    assert model.explore(situation(0), GOAL, everything).verdict is Verdict.REFUTED
    model.close()


def test_a_model_that_raises_predicts_an_error(sandbox: ProcessSandbox) -> None:
    model = runner(sandbox, GOOD.replace("walker.x -= 1", "walker.y -= 1"))
    (step,) = model.predict(situation(2), GOAL, [Action("left")])
    assert "y" in step.error
    (fine,) = model.predict(situation(2), GOAL, [Action("right")])
    assert (fine.error, fine.next_state) == ("", situation(3))
    model.close()


def test_a_model_that_does_not_load_is_an_error(sandbox: ProcessSandbox) -> None:
    model = runner(sandbox, "def transition(state, action):\n    return state\n")
    with pytest.raises(ModelError, match="does not load"):
        model.plan(situation(0), GOAL)
    model.close()


def test_a_model_that_never_ends_is_stopped(sandbox: ProcessSandbox) -> None:
    endless = GOOD.replace("    walker, lamp", "    while True:\n        pass\n    walker, lamp")
    settings = PlanSettings(seconds=0.5)
    model = ModelRunner(sandbox, endless, ACTIONS, Success(), settings)
    plan = model.plan(situation(0), GOAL)
    assert plan.verdict is Verdict.OPEN
    assert plan.error
    model.close()


SNOOP = """
import worldsmith_runtime
SECRET = "x"


def look(state):
    found = []
    try:
        open({path!r}, "w").write("touched")
        found.append("file")
    except BaseException:
        pass
    try:
        found.append("environment:" + __import__("os").environ["AGENT_SECRET"])
    except BaseException:
        pass
    try:
        frame = __import__("sys")._getframe()
        while frame is not None:
            if "agent_client" in frame.f_code.co_filename or "agent_secret" in frame.f_locals:
                found.append("stack")
            frame = frame.f_back
    except BaseException:
        pass
    try:
        found.append("pid:" + str(__import__("os").getpid()))
    except BaseException:
        pass
    return ",".join(found)


def transition(state, action):
    state.one("Lamp").seen = look(state)
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
"""


def test_a_model_runs_outside_the_agents_process(
    sandbox: ProcessSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_SECRET", "tell nobody")
    agent_secret = "on the stack"
    touched = tmp_path / "touched"
    model = runner(sandbox, SNOOP.format(path=str(touched)))
    (step,) = model.predict(situation(0), GOAL, [Action("left")])
    assert agent_secret
    assert not step.error
    seen = str(step.next_state.of("Lamp")[0]["seen"])
    assert "file" not in seen
    assert "environment" not in seen
    assert "stack" not in seen
    assert f"pid:{os.getpid()}" not in seen
    assert not touched.exists()
    model.close()
