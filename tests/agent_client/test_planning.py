import os
from pathlib import Path

import pytest

from agent_client.errors import ModelError
from agent_client.planning import LoadedModel, PlanSettings
from sandbox.contract import Verdict
from sandbox.data.records import Success
from sandbox.process import ProcessSandbox
from sandbox.runtime.actions import Action
from tests.agent_client.corridor import ACTIONS, ASKING, GOAL, GOOD, HOPELESS, situation


def runner(planner: ProcessSandbox, source: str, nodes: int = 1000) -> LoadedModel:
    return LoadedModel(planner, source, ACTIONS, Success(), PlanSettings(nodes=nodes))


def test_a_plan_tells_every_step_that_the_model_predicts(planner: ProcessSandbox) -> None:
    model = runner(planner, GOOD)
    plan = model.plan(situation(3), GOAL)
    assert plan.verdict is Verdict.FOUND
    assert [str(step.action) for step in plan.steps] == ["right", "right", "press"]
    assert [step.next_state for step in plan.steps] == [situation(4), situation(5), situation(5, on=True)]
    assert [(step.reward, step.done) for step in plan.steps] == [(0.0, False), (0.0, False), (1.0, True)]
    model.close()


def test_the_same_runner_plans_from_one_state_after_another(planner: ProcessSandbox) -> None:
    model = runner(planner, GOOD)
    lengths = [len(model.plan(situation(x), GOAL).steps) for x in (5, 0, 4)]
    assert lengths == [1, 6, 2]
    model.close()


def test_an_unreachable_goal_is_refuted(planner: ProcessSandbox) -> None:
    model = runner(planner, HOPELESS)
    plan = model.plan(situation(0), GOAL)
    assert (plan.verdict, plan.steps) == (Verdict.REFUTED, ())
    model.close()


def test_a_spent_budget_leaves_the_plan_open(planner: ProcessSandbox) -> None:
    model = runner(planner, GOOD, nodes=2)
    assert model.plan(situation(0), GOAL).verdict is Verdict.OPEN
    model.close()


def test_the_nearest_open_question_is_sought_and_skipped_when_told(planner: ProcessSandbox) -> None:
    model = runner(planner, ASKING)
    plan = model.explore(situation(6), GOAL)
    assert [str(step.action) for step in plan.steps] == ["right", "right", "press"]
    assert plan.reason == "press was never tried at 8"
    assert plan.steps[-1].uncertain == plan.reason
    other = model.explore(situation(6), GOAL, frozenset({plan.reason}))
    assert other.reason == "press was never tried at 9"
    everything = frozenset(f"press was never tried at {x}" for x in range(12))
    assert model.explore(situation(0), GOAL, everything).verdict is Verdict.REFUTED
    model.close()


def test_a_model_that_raises_predicts_an_error(planner: ProcessSandbox) -> None:
    model = runner(planner, GOOD.replace("walker.x -= 1", "walker.y -= 1"))
    step = model.predict(situation(2), GOAL, Action("left"))
    assert "y" in step.error
    fine = model.predict(situation(2), GOAL, Action("right"))
    assert (fine.error, fine.next_state) == ("", situation(3))
    model.close()


def test_a_model_that_does_not_load_is_an_error(planner: ProcessSandbox) -> None:
    model = runner(planner, "def transition(state, action):\n    return state\n")
    with pytest.raises(ModelError, match="does not load"):
        model.plan(situation(0), GOAL)
    model.close()


def test_a_model_that_never_ends_is_stopped(planner: ProcessSandbox) -> None:
    endless = GOOD.replace("    walker, lamp", "    while True:\n        pass\n    walker, lamp")
    settings = PlanSettings(seconds=0.5)
    model = LoadedModel(planner, endless, ACTIONS, Success(), settings)
    plan = model.plan(situation(0), GOAL)
    assert plan.verdict is Verdict.OPEN
    assert plan.error
    model.close()


# Walks its own stack to the modules of whoever runs it, and looks around from there.
SNOOP = """
def classes(base):
    for each in type.__subclasses__(base):
        yield each
        yield from classes(each)


def frames():
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
    while frame is not None:
        yield frame
        frame = frame.f_back


def modules():
    for frame in frames():
        for value in list(frame.f_globals.values()):
            if getattr(value, "__name__", "") == "sys":
                return dict(value.modules)
    return {{}}


def look():
    found = ["file:" + frame.f_code.co_filename for frame in frames()]
    found += ["local:" + name for frame in frames() for name in frame.f_locals]
    system = modules().get("os")
    if system is not None:
        found.append("pid:" + str(system.getpid()))
        found += ["environment:" + name for name in system.environ]
    try:
        for each in classes(object):
            if each.__name__ == "FileIO":
                each({path!r}, "w").close()
                found.append("touched")
    except OSError:
        pass
    return found


def transition(state, action):
    state.one("Lamp").seen = look()
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
"""


def test_a_model_runs_outside_the_agents_process(
    planner: ProcessSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_SECRET", "tell nobody")
    agent_secret = "on the stack"
    touched = tmp_path / "touched"
    model = runner(planner, SNOOP.format(path=str(touched)))
    step = model.predict(situation(0), GOAL, Action("left"))
    assert agent_secret
    assert not step.error
    seen = step.next_state.of("Lamp")[0]["seen"]
    assert isinstance(seen, tuple)
    looked = [str(item) for item in seen]
    assert any(item.startswith("file:") for item in looked)
    assert any(item.startswith("pid:") for item in looked)
    assert f"pid:{os.getpid()}" not in looked
    assert not [item for item in looked if "agent_client" in item or "agent_secret" in item]
    assert "environment:AGENT_SECRET" not in looked
    assert "touched" not in looked
    assert not touched.exists()
    model.close()
