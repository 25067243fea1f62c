"""What every planner is given and gives back."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ..actions import Action, ActionSchema, ground
from ..model import Model
from ..state import State

FOUND, REFUTED, OPEN = "found", "refuted", "open"


class Success(NamedTuple):
    """When a step ends an episode as wished."""

    reward_above: float = 0.0
    needs_done: bool = True

    def holds(self, reward: float, done: bool) -> bool:
        """Whether a step with this reward and end does."""
        return reward > self.reward_above and (done or not self.needs_done)


class Problem(NamedTuple):
    """A model, where to start, what for, and which actions there are."""

    model: Model
    state: State
    goal: str
    schemas: tuple[ActionSchema, ...]


class Plan(NamedTuple):
    """How a search ended. ``nodes`` counts the distinct states that were reached, the start among them."""

    verdict: str
    actions: tuple[Action, ...] = ()
    nodes: int = 0
    reason: str = ""
    error: str | None = None


class ModelFault(Exception):  # noqa: N818 - a fault of the model, which the search survives
    """The model answered what it may not."""


def applicable(problem: Problem, state: State) -> Iterator[Action]:
    """The actions to consider in a state: the model's own, else all that the schemas allow.

    Raises:
        ModelFault: the model's ``actions`` gave something that is no action.
    """
    if problem.model.actions is None:
        return ground(problem.schemas, state)
    return _actions(problem.model.actions, state)


def _actions(actions: Callable[[State], Iterable[Action]], state: State) -> Iterator[Action]:
    for action in actions(state.copy()):
        if isinstance(action, str):
            yield Action(action)
        elif isinstance(action, Action):
            yield action
        else:
            raise ModelFault(f"actions gave a {type(action).__name__}, not an Action")
