"""Best-first search: greedy by a guide, and by width (Lipovetzky and Geffner, AAAI 2017), which is greedy for the new.

States from which there seems to be no way are not thrown away but come last, since what says so is a guess; so a
search that runs dry has seen every state, and refutes.
"""

from collections.abc import Callable
from heapq import heappop, heappush

from .base import REFUTED, Budget, Plan, Problem
from .guide import Guide, guide
from .space import Marks
from .survey import Survey
from .tree import Tree, searched

_MOST_PAIRS = 1_000_000  # that are remembered; after them only single marks are new
_LOOKS = (150, 1500, 6000)  # states reached before the goal is asked about, and again when that told nothing

Rank = Callable[[Marks], tuple[int, ...]]


def best(problem: Problem, budget: Budget) -> Plan:
    """A plan, found by going on from the state whose wished things are nearest to where they are wished."""
    return searched(problem, budget, "best", _best)


def bfws(problem: Problem, budget: Budget) -> Plan:
    """A plan, found by going on from states that show something new; among them, as :func:`best`."""
    return searched(problem, budget, "bfws", _bfws)


def _best(tree: Tree) -> Plan:
    survey = Survey(tree)
    for states in _LOOKS:
        found = survey.look(states)
        if found is not None or not survey.frontier:
            return found or tree.end(REFUTED)
        tree.stay()
        sense = guide(tree)
        if type(sense) is not Guide:
            break
    return greedy(tree, survey, sense)


def _bfws(tree: Tree) -> Plan:
    survey = Survey(tree)
    found = survey.look(_LOOKS[0])
    if found is not None:
        return found
    tree.stay()
    return widening(tree, survey, guide(tree))


def greedy(tree: Tree, survey: Survey, sense: Guide) -> Plan:
    """Best-first search from a survey's frontier. States of one view are taken together.

    Raises:
        SpentError, UnfaithfulError, UnknownGoal: see :class:`Tree`.
    """
    waiting: dict[Marks, list[Marks]] = {}
    heap: list[tuple[int, int, Marks]] = []

    def put(marks: Marks, view: Marks) -> None:
        group = waiting.get(view)
        if group is None:
            far = sense.far(view)
            tree.note(marks, -far)
            waiting[view] = [marks]
            heappush(heap, (far, len(tree.came), view))
        else:
            group.append(marks)

    if survey.frontier:
        tree.forget()
    for marks in survey.frontier:
        put(marks, sense.view(marks))
    while heap:
        view = heappop(heap)[-1]
        group = waiting[view]
        for marks in group:  # which grows meanwhile
            for edge in tree.expand(marks):
                if tree.succeeds(edge):
                    return tree.found(marks, edge)
                if not edge.done and tree.reach(edge.after, marks):
                    after = sense.view(edge.after)
                    if after == view:
                        group.append(edge.after)
                    else:
                        put(edge.after, after)
        del waiting[view]
    return tree.end(REFUTED)


def widening(tree: Tree, survey: Survey, sense: Guide) -> Plan:
    """Best-first width search from a survey's frontier.

    Raises:
        SpentError, UnfaithfulError, UnknownGoal: see :class:`Tree`.
    """
    news = News(tree)
    heap: list[tuple[int, int, int, Marks]] = []

    def put(marks: Marks) -> None:
        far = sense.far(sense.view(marks))
        tree.note(marks, -far)
        heappush(heap, (news.width(marks, far), far, len(tree.came), marks))

    if survey.frontier:
        tree.forget()
    for marks in survey.frontier:
        put(marks)
    while heap:
        marks = heappop(heap)[-1]
        for edge in tree.expand(marks):
            if tree.succeeds(edge):
                return tree.found(marks, edge)
            if not edge.done and tree.reach(edge.after, marks):
                put(edge.after)
    return tree.end(REFUTED)


class News:
    """How new a state is among those as far from the goal that changed as much: 1, 2 or 3.

    1: it shows a mark that none before it showed; 2: two that none showed together; 3: neither.
    """

    def __init__(self, tree: Tree) -> None:
        self._start = frozenset(tree.start)
        self._seen: dict[tuple[int, int], tuple[set[int], set[int]]] = {}
        self._left = _MOST_PAIRS

    def width(self, marks: Marks, far: int) -> int:
        """The width of a state that was just reached."""
        changed = len(marks) - len(self._start.intersection(marks))
        ones, pairs = self._seen.setdefault((far, changed), (set(), set()))
        before = len(ones), len(pairs)
        ones.update(marks)
        if self._left > 0:
            pairs.update([(one << 32) + other for i, one in enumerate(marks) for other in marks[:i]])
            self._left -= len(pairs) - before[1]
        if len(ones) > before[0]:
            return 1
        return 2 if len(pairs) > before[1] else 3
