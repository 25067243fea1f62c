"""The planners by name, and the one function that calls them."""

from ..actions import ActionSchema
from ..model import Model
from ..state import State
from .astar import astar
from .auto import auto
from .base import HOPEFUL, WALLS, Budget, Plan, Planner, Problem, Success
from .best import best, bfws
from .bfs import bfs
from .mcts import mcts
from .value import value

AUTO = "auto"
_PLANNERS: dict[str, Planner] = {
    "bfs": bfs,
    "astar": astar,
    "best": best,
    "bfws": bfws,
    "mcts": mcts,
    "value": value,
    "auto": auto,
}
PLANNERS = tuple(_PLANNERS)
UNSURE = (HOPEFUL, WALLS)


def plan(
    model: Model,
    state: State,
    goal: str,
    budget: Budget,
    *,
    schemas: tuple[ActionSchema, ...] = (),
    success: Success = Success(),  # noqa: B008 - it never changes
    planner: str = AUTO,
    unsure: str = HOPEFUL,
    seed: int = 0,
) -> Plan:
    """A sequence of actions from ``state`` whose last step succeeds under the model.

    Args:
        model: what predicts; its ``actions``, else ``schemas``, say what can be done.
        state: where to start.
        goal: what the model's ``reward`` is asked for.
        budget: how many states may be reached, and what cancels the search.
        schemas: the world's actions.
        success: what a last step must give.
        planner: one of :data:`PLANNERS`.
        unsure: one of :data:`UNSURE`; what the model calls uncertain is followed, or not.
        seed: fixes what a planner draws at random.

    Raises:
        ValueError: no planner, or no way to treat the uncertain, has this name.
    """
    check_names(planner, unsure)
    return _PLANNERS[planner](Problem(model, state, goal, tuple(schemas), success, unsure, seed), budget)


def check_names(planner: str, unsure: str) -> None:
    """Checks a planner's name, and that of a way to treat the uncertain.

    Raises:
        ValueError: there is none of this name; the text lists those that there are.
    """
    if planner not in PLANNERS:
        raise ValueError(f"there is no planner {planner!r}; there are {', '.join(PLANNERS)}")
    if unsure not in UNSURE:
        raise ValueError(f"uncertain predictions cannot be {unsure!r}; they can be {', '.join(UNSURE)}")
