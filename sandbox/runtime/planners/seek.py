"""The way to a sight that was never met, rather one of what the goal names."""

from collections import Counter
from collections.abc import Sequence
from heapq import heappop, heappush

from ..actions import Action
from ..objects import Body, body_digest
from ..sights import Sight, Sights, sight
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

    Failing that, to one of a closer sight that was not met.
    """
    if sights.offered:
        untold = searched(problem, budget, "bfws", lambda tree: _untold(tree, sights.offered), doubting=True)
        if untold.verdict == FOUND:
            return untold
    found = _unmet(problem, budget, sights._replace(states=frozenset()))
    if found.verdict == FOUND or not sights.states:
        return found
    return _unmet(problem, budget, sights._replace(met=sights.closely))


def _unmet(problem: Problem, budget: Budget, sights: Sights) -> Plan:
    """A way to a state of a sight that was not met, told as closely as ``sights.states`` asks for.

    Things that the goal does not name are left out where that leaves enough. Of what the search comes by, the first
    sight that has something named in it is taken, failing that the first; it goes on from what is named first.
    """
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
    news, concern, look = News(tree), Concern(tree, whole), _Look(tree, whole, sights)
    heap: list[tuple[bool, int, int, Marks]] = [(False, 0, 0, tree.start)]
    first: Marks | None = None
    try:
        while heap:
            marks = heappop(heap)[-1]
            for edge in tree.expand(marks):
                if edge.done or not tree.reach(edge.after, marks):
                    continue
                named = look.named(edge.after)
                if look.sight(edge.after) not in sights.met:
                    if named:
                        return look.way(edge.after)
                    first = first or edge.after
                heappush(heap, (not named, news.width(concern.of(edge.after), 0), len(tree.came), edge.after))
    except SpentError:
        pass  # what was found by then
    return look.way(first) if first is not None else tree.end(REFUTED)


class _Look:
    """Looks at the states of a search; ``whole`` is all that there is, also where the search is in a smaller world."""

    def __init__(self, tree: Tree, whole: Sequence[Body], sights: Sights) -> None:
        self._tree = tree
        self._sights = sights
        self._others = self._left_out(whole) if sights.states else []

    def sight(self, marks: Marks) -> Sight:
        """The sight of a state."""
        bodies = [*self._bodies(marks), *self._others] if self._sights.states else self._seeing(marks)
        return sight(bodies, self._sights.kinds, self._sights.classes, self._sights.states)

    def named(self, marks: Marks) -> bool:
        """Whether what the goal names is in it."""
        words: list[Value] = [value for body in self._seeing(marks) for value in body.data.values()]
        return any(word in self._sights.named for word in words if isinstance(word, str))

    def way(self, marks: Marks) -> Plan:
        """A plan that leads there."""
        tree, told = self._tree, ", ".join(word for word in self.sight(marks) if word)
        reason = f"never was there {told}" if told else "nothing like it was met"
        seen, error = len(tree.came), tree.expander.error
        return Plan(FOUND, tree.way(marks), seen, reason, error, planner=tree.planner, kind=UNMET)

    def _left_out(self, whole: Sequence[Body]) -> list[Body]:
        """What is not in the search, so that it stays as it is."""
        mine = Counter(map(body_digest, self._bodies(self._tree.start)))
        others = []
        for body in whole:
            key = body_digest(body)
            if mine[key]:
                mine[key] -= 1
            else:
                others.append(body)
        return others

    def _seeing(self, marks: Marks) -> list[Body]:
        return [body for body in self._bodies(marks) if body.type in self._sights.kinds]

    def _bodies(self, marks: Marks) -> list[Body]:
        space = self._tree.space
        ground = [body for place, body in enumerate(space.ground) if -1 - place not in marks]
        return [*ground, *(space.body(mark) for mark in marks if mark >= 0)]
