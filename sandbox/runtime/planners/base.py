"""What every planner is given and gives back."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ..actions import Action, ActionSchema, ground
from ..model import Model
from ..state import State

FOUND, REFUTED, OPEN = "found", "refuted", "open"
HOPEFUL, WALLS = "hopeful", "walls"


def never() -> bool:
    """A search that nothing cancels."""
    return False


class Success(NamedTuple):
    """When a step ends an episode as wished."""

    reward_above: float = 0.0
    needs_done: bool = True

    def holds(self, reward: float, done: bool) -> bool:
        """Whether a step with this reward and end does."""
        return reward > self.reward_above and (done or not self.needs_done)


class Budget(NamedTuple):
    """How far a search may go. ``nodes`` bounds the distinct states that it reaches, the start among them.

    ``expired`` is asked again and again; once it says yes the search ends as with an emptied budget.
    """

    nodes: int
    expired: Callable[[], bool] = never


class Problem(NamedTuple):
    """A model, where to start, what for, which actions there are, what success is.

    ``unsure`` says what a prediction is that the model calls uncertain: ``hopeful`` follows it, ``walls`` does not.
    ``seed`` fixes what a planner draws at random.
    """

    model: Model
    state: State
    goal: str
    schemas: tuple[ActionSchema, ...] = ()
    success: Success = Success()
    unsure: str = HOPEFUL
    seed: int = 0


class Plan(NamedTuple):
    """How a search ended. ``nodes`` counts the distinct states that were reached, the start among them.

    When it is found: ``actions``, the ``states`` that the model predicts after each, ``reward`` and ``done`` of the
    last, and ``shortest`` when no plan has fewer actions. When it is not: ``partial``, the way to what looked best.
    ``planner`` is the one that answered, ``error`` the first error that the model raised. Of what is worth trying,
    ``kind`` and ``reason`` say why, and ``apart`` counts the outcomes that programs predict.
    """

    verdict: str
    actions: tuple[Action, ...] = ()
    nodes: int = 0
    reason: str = ""
    error: str | None = None
    states: tuple[State, ...] = ()
    reward: float = 0.0
    done: bool = False
    shortest: bool = False
    partial: tuple[Action, ...] = ()
    planner: str = ""
    kind: str = ""
    apart: int = 0


Planner = Callable[[Problem, Budget], Plan]


class SpentError(Exception):
    """The budget is spent."""


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


def constant(problem: Problem) -> bool:
    """Whether the actions to consider are the same in every state."""
    return problem.model.actions is None and not any(arg.type for schema in problem.schemas for arg in schema.args)


def _actions(actions: Callable[[State], Iterable[Action]], state: State) -> Iterator[Action]:
    for action in actions(state.copy()):
        if isinstance(action, str):
            yield Action(action)
        elif isinstance(action, Action):
            yield action
        else:
            raise ModelFault(f"actions gave a {type(action).__name__}, not an Action")
