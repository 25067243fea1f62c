"""A*: the number of steps so far and the guide's distance together."""

from heapq import heappop, heappush

from .base import REFUTED, Budget, Plan, Problem
from .guide import Guide, guide
from .relax import FAR
from .space import Marks
from .survey import Survey
from .tree import Tree, searched

_LOOK = 150


def astar(problem: Problem, budget: Budget) -> Plan:
    """A short plan.

    Without a guide the distance is 0 and the plan is the shortest. A guide's distances bound the true ones from below
    only if the things of a wish never help each other, so with one nothing is claimed beyond what the survey saw.
    """
    return searched(problem, budget, "astar", _astar)


def _astar(tree: Tree) -> Plan:
    survey = Survey(tree)
    found = survey.look(_LOOK)
    if found is not None:
        return found
    tree.stay()
    sense = guide(tree)
    steps: dict[Marks, int] = {}
    for marks, before in tree.came.items():  # in the order in which they were reached
        steps[marks] = 0 if before is None else steps[before] + 1
    heap: list[tuple[int, int, int, Marks]] = []

    def put(marks: Marks) -> None:
        far = sense.far(sense.view(marks))
        tree.note(marks, -far)
        heappush(heap, (min(steps[marks] + far, FAR), -steps[marks], len(steps), marks))

    tree.forget()
    for marks in survey.frontier:
        put(marks)
    while heap:
        _, taken, _, marks = heappop(heap)
        if -taken > steps[marks]:
            continue  # a shorter way was found since
        after_steps = steps[marks] + 1
        for edge in tree.expand(marks):
            if tree.succeeds(edge):
                return tree.found(marks, edge, shortest=type(sense) is Guide)
            if edge.done:
                continue
            if tree.reach(edge.after, marks):
                steps[edge.after] = after_steps
                put(edge.after)
            elif after_steps < steps[edge.after]:
                tree.came[edge.after] = marks
                steps[edge.after] = after_steps
                put(edge.after)
    return tree.end(REFUTED)
