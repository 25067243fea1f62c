"""Breadth-first search over a model: the shortest plan, or the proof that there is none; and the nearest doubt."""

from collections import deque

from .base import FOUND, REFUTED, Budget, Plan, Problem
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


def explore(problem: Problem, budget: Budget, skip: frozenset[str]) -> Plan:
    """The shortest sequence of actions that ends with one whose outcome the model calls uncertain.

    The steps before it do not end the episode; ``reason`` is the uncertainty, none of those in ``skip``. A goal that
    the reward function does not know ends nothing.
    """
    if problem.model.uncertain is None:
        return Plan(REFUTED, nodes=1, planner="bfs")
    return searched(problem, budget, "bfs", lambda tree: _nearest_doubt(tree, skip), doubting=True)


def _nearest_doubt(tree: Tree, skip: frozenset[str]) -> Plan:
    frontier = deque([tree.start])
    while frontier:
        marks = frontier.popleft()
        for action, reason in tree.expander.doubts(marks):
            if reason not in skip:
                actions = (*tree.way(marks), tree.expander.actions[action])
                error = tree.expander.error
                return Plan(FOUND, actions, len(tree.came), reason, error, shortest=True, planner=tree.planner)
        for edge in tree.expand(marks):
            if not edge.done and tree.reach(edge.after, marks):
                frontier.append(edge.after)
    return tree.end(REFUTED)
