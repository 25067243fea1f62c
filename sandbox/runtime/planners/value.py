"""Value iteration, as deep as the nearest success: of the shortest plans, the one that pays most."""

from .base import REFUTED, Budget, Plan, Problem
from .expand import Edge
from .space import Marks
from .tree import Tree, searched

_LEAST = float("-inf")


def value(problem: Problem, budget: Budget) -> Plan:
    """The plan of the highest sum of rewards among the shortest."""
    return searched(problem, budget, "value", _value)


def _value(tree: Tree) -> Plan:
    layers = [[tree.start]]
    while layers[-1]:
        layer: list[Marks] = []
        met = False
        for marks in layers[-1]:
            for edge in tree.expand(marks):
                met = met or tree.succeeds(edge)
                if not edge.done and tree.reach(edge.after, marks):
                    tree.note(edge.after, edge.reward)
                    layer.append(edge.after)
        if met:
            return _best_of(tree, layers)
        layers.append(layer)
    return tree.end(REFUTED)


def _best_of(tree: Tree, layers: list[list[Marks]]) -> Plan:
    """Values backwards from the layer whose steps succeed; no plan that is as short leaves its layer but for the next.

    Raises:
        SpentError, UnfaithfulError: see :class:`Tree`.
    """
    worth: dict[Marks, float] = {}
    choice: dict[Marks, Edge] = {}
    for depth in range(len(layers) - 1, -1, -1):
        last = depth == len(layers) - 1
        values: dict[Marks, float] = {}
        for marks in layers[depth]:
            for edge in tree.expand(marks):
                if last:
                    total = edge.reward if tree.succeeds(edge) else _LEAST
                else:
                    total = _LEAST if edge.done else edge.reward + worth.get(edge.after, _LEAST)
                if total > values.get(marks, _LEAST):
                    values[marks] = total
                    choice[marks] = edge
        worth = values
    marks = tree.start
    for _ in layers[1:]:
        edge = choice[marks]
        tree.came[edge.after] = marks
        marks = edge.after
    return tree.found(marks, choice[marks], shortest=True)
