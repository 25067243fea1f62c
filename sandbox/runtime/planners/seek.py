"""The way to a sight that was never met, rather one of what the goal names."""

from collections.abc import Sequence
from heapq import heappop, heappush

from ..actions import Action
from ..objects import Body
from ..sights import Sights, sight
from ..state import bodies_of
from ..values import Value
from .base import FOUND, OPEN, REFUTED, Budget, Plan, Problem, SpentError
from .best import News
from .fewer import carried_out, without_others
from .named import Concern
from .space import Marks
from .tree import Tree, searched

UNMET, UNTOLD = "unmet", "untold"


def seek(problem: Problem, budget: Budget, sights: Sights) -> Plan:
    """What is offered though the model does not say so, failing that a way to a state of a sight that was not met.

    Things that the goal does not name are left out where that leaves enough. Of what the search comes by, the first
    sight that has something named in it is taken, failing that the first; it goes on from what is named first.
    """
    if sights.offered:
        untold = searched(problem, budget, "bfws", lambda tree: _untold(tree, sights.offered), doubting=True)
        if untold.verdict == FOUND:
            return untold
    smaller = problem._replace(state=without_others(problem) or problem.state)
    whole = bodies_of(problem.state)
    found = searched(smaller, budget, "bfws", lambda tree: _sought(tree, whole, sights), doubting=True)
    if found.verdict != FOUND or carried_out(problem, found.actions):
        return found
    return Plan(OPEN, nodes=found.nodes, planner="bfws")


def _untold(tree: Tree, offered: Sequence[Action]) -> Plan:
    expander = tree.expander
    told = {expander.actions[number] for change in expander.changes(tree.start) for number in change.actions}
    for action in offered:
        if action not in told:
            reason = f"{action} is offered, though the model does not say so"
            return Plan(FOUND, (action,), len(tree.came), reason, expander.error, planner=tree.planner, kind=UNTOLD)
    return tree.end(REFUTED)


def _sought(tree: Tree, whole: Sequence[Body], sights: Sights) -> Plan:
    news, concern = News(tree), Concern(tree, whole)
    heap: list[tuple[bool, int, int, Marks]] = [(False, 0, 0, tree.start)]
    first: Marks | None = None
    try:
        while heap:
            marks = heappop(heap)[-1]
            for edge in tree.expand(marks):
                if edge.done or not tree.reach(edge.after, marks):
                    continue
                named = _named(tree, edge.after, sights)
                if _told(tree, edge.after, sights) not in sights.met:
                    if named:
                        return _way(tree, edge.after, sights)
                    first = first or edge.after
                heappush(heap, (not named, news.width(concern.of(edge.after), 0), len(tree.came), edge.after))
    except SpentError:
        pass  # what was found by then
    return _way(tree, first, sights) if first is not None else tree.end(REFUTED)


def _seeing(tree: Tree, marks: Marks, sights: Sights) -> list[Body]:
    space = tree.space
    ground = [body for place, body in enumerate(space.ground) if -1 - place not in marks]
    return [body for body in (*ground, *(space.body(mark) for mark in marks if mark >= 0)) if body.type in sights.kinds]


def _told(tree: Tree, marks: Marks, sights: Sights) -> tuple[str, ...]:
    return sight(_seeing(tree, marks, sights), sights.kinds, sights.classes)


def _named(tree: Tree, marks: Marks, sights: Sights) -> bool:
    words: list[Value] = [value for body in _seeing(tree, marks, sights) for value in body.data.values()]
    return any(word in sights.named for word in words if isinstance(word, str))


def _way(tree: Tree, marks: Marks, sights: Sights) -> Plan:
    told = ", ".join(word for word in _told(tree, marks, sights) if word)
    reason = f"never was there {told}" if told else "nothing like it was met"
    return Plan(FOUND, tree.way(marks), len(tree.came), reason, tree.expander.error, planner=tree.planner, kind=UNMET)
