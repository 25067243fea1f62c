"""The planner that chooses: near plans by breadth, far ones by a guide when there is one, else by what is new."""

from .base import REFUTED, Budget, Plan, Problem
from .best import greedy, widening
from .fewer import fewer
from .guide import Guide, WishGuide, guide
from .survey import Survey
from .tree import Tree, searched

_LOOKS = (150, 2000)  # states reached before it is checked what moves, and before something else is tried
_LATE = 8000  # and once more, when the goal said nothing


def auto(problem: Problem, budget: Budget) -> Plan:
    """A plan; the shortest when it is near. ``planner`` of the result says which search answered."""
    found, left = fewer(problem, budget)
    return found or searched(problem, left, "bfs", _auto)


def _auto(tree: Tree) -> Plan:
    survey = Survey(tree)
    for states in _LOOKS:
        found = survey.look(states)
        if found is not None or not survey.frontier:
            return found or tree.end(REFUTED)
        tree.stay()
    sense = guide(tree)
    if type(sense) is Guide:
        found = survey.look(_LATE)
        if found is not None or not survey.frontier:
            return found or tree.end(REFUTED)
        tree.stay()
        sense = guide(tree)
    if isinstance(sense, WishGuide) and sense.measured:
        tree.planner = "best"
        return greedy(tree, survey, sense)
    tree.planner = "bfws"
    return widening(tree, survey, sense)
