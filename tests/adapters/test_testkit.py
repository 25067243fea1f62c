import itertools

import gymnasium
import minigrid  # noqa: F401 - it registers its environments
import pytest

from agent_client.adapters import registry
from agent_client.adapters.base import StepResult
from agent_client.adapters.testkit import Extent, check
from agent_client.cli import run
from sandbox.data.records import World
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.state import Object, State

ONCE = itertools.count()


class Counter:
    """A right environment; its like below each have one fault."""

    name = "counter"

    def __init__(self) -> None:
        self.world = World("counter", actions=(ActionSchema("more"), ActionSchema("less")))
        self.n = self.steps = 0

    def reset(self, seed: int) -> tuple[State, str]:
        self.n, self.steps = seed % 3, 0
        return self.state(), "reach ten"

    def step(self, action: Action) -> StepResult:
        self.n = max(0, self.n + (1 if action == "more" else -1))
        self.steps += 1
        return StepResult(self.state(), float(self.n == 10), self.n == 10, False)

    def state(self) -> State:
        return State([Object("Counter", n=self.n)])


class Raising(Counter):
    def step(self, action: Action) -> StepResult:
        raise RuntimeError("the motor is broken")


class Idle(Counter):
    def __init__(self) -> None:
        super().__init__()
        self.world = World("counter", actions=())


class Untyped(Counter):
    def step(self, action: Action) -> StepResult:
        came = super().step(action)
        return StepResult(came.state, int(came.reward), came.done, False)


class EndsTwice(Counter):
    def step(self, action: Action) -> StepResult:
        return StepResult(self.state(), 1.0, True, True)


class Untellable(Counter):
    def reset(self, seed: int) -> tuple[State, str]:
        return super().reset(seed)[0], "half a character: \ud800"


class Restless(Counter):
    def reset(self, seed: int) -> tuple[State, str]:
        super().reset(seed)
        self.n = next(ONCE)
        return self.state(), "reach ten"


class Timed(Counter):
    def step(self, action: Action) -> StepResult:
        came = super().step(action)
        return StepResult(came.state, 1 - 0.01 * self.steps, False, False)


class Leaking(Counter):
    def reset(self, seed: int) -> tuple[State, str]:
        start, goal = super().reset(seed)
        self.shared = start
        return self.shared, goal

    def step(self, action: Action) -> StepResult:
        came = super().step(action)
        self.shared.one("Counter").n = 99
        return came


def test_nothing_is_wrong_with_a_right_environment() -> None:
    assert check(Counter()) == []


@pytest.mark.parametrize(
    ("env", "kind"),
    [
        (Raising(), "raises"),
        (Idle(), "actions"),
        (Untyped(), "types"),
        (EndsTwice(), "end"),
        (Untellable(), "round trip"),
        (Restless(), "determinism"),
        (Timed(), "hidden state"),
        (Leaking(), "aliasing"),
    ],
)
def test_each_fault_is_told_by_its_kind(env: Counter, kind: str) -> None:
    assert kind in {finding.kind for finding in check(env)}


def test_the_command_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check-env", "sokoban:7x7-2", "--levels", "2", "--steps", "40"]) == 0
    assert "nothing wrong was found" in capsys.readouterr().out


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:.*is out of date")  # an old id is an id
def test_every_deterministic_minigrid_environment_is_fit_for_an_agent() -> None:
    left_out = ("Dynamic-Obstacles", "WFC")  # chance; packages that are not among ours
    names = [name for name in gymnasium.registry if name.startswith("MiniGrid-")]
    ids = [name for name in names if not any(part in name for part in left_out)]
    wrong = {}
    for name in ids:
        env = registry.make(f"minigrid:{name}")
        found = check(env, Extent(levels=2, steps=60))
        env.close()
        if found:
            wrong[name] = found
    assert len(ids) >= 70
    assert wrong == {}
