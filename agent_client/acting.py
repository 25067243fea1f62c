"""Carrying a plan out in a real environment, to see whether it holds."""

from collections.abc import Callable
from dataclasses import dataclass

from agent_client.adapters.base import Environment
from agent_client.belief import is_as_predicted
from agent_client.describe import surprise
from agent_client.errors import EnvironmentFailedError
from agent_client.events import Surprise
from agent_client.planning import Plan
from sandbox.data.records import Transition
from sandbox.runtime.state import State


@dataclass(frozen=True)
class Acted:
    """How it went. ``steps`` were taken; ``surprise`` tells the first that came otherwise than planned, if any."""

    steps: int
    reward: float
    solved: bool
    surprise: str = ""


def act_out(env: Environment, state: State, goal: str, plan: Plan, watch: Callable[[], None]) -> Acted:
    """Takes the steps of a plan in an environment that stands in ``state``, up to the first that differs.

    ``watch`` is called after each.

    Raises:
        EnvironmentFailedError: the environment raised.
    """
    reward, solved = 0.0, False
    for number, step in enumerate(plan.steps, start=1):
        try:
            got = env.step(step.action)
        except Exception as error:
            raise EnvironmentFailedError(
                f"the environment {env.name} failed at step {number} of the plan: {type(error).__name__}: {error}"
            ) from error
        watch()
        reward += got.reward
        solved = env.world.success.holds(got.reward, got.done)
        seen = Transition(state, step.action, got.reward, got.state, goal, got.done)
        if not is_as_predicted(step, seen):
            told = surprise(step.action, Surprise(step, got.state, got.reward, got.done))
            return Acted(number, reward, solved, f"step {number}: {told}")
        state = got.state
    return Acted(len(plan.steps), reward, solved)
