"""Breadth-first search over a model: the shortest plan, or the proof that there is none."""

from .base import REFUTED, Budget, Plan, Problem
from .survey import Survey
from .tree import Tree, searched


def bfs(problem: Problem, budget: Budget) -> Plan:
    """The shortest sequence of actions whose last step succeeds under the model, or the proof that there is none.

    A state reached with done, and without success, ends its branch; so does an action on which the model raises, and
    the first such error is told.
    """
    return searched(problem, budget, "bfs", _breadth_first)


def _breadth_first(tree: Tree) -> Plan:
    return Survey(tree).look() or tree.end(REFUTED)
