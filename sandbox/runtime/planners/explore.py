"""What to try next: where programs that fit disagree, where the model doubts, or what was seen least."""

from collections import Counter, deque
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from ..actions import Action
from ..model import Model
from ..sights import Sights
from .base import FOUND, OPEN, REFUTED, Budget, Plan, Problem, SpentError
from .expand import Expander
from .seek import UNMET, UNTOLD, seek
from .space import Marks
from .tree import Tree, searched

RIVALS, DOUBT, UNSEEN = "rivals", "doubt", "unseen"
KINDS = (RIVALS, DOUBT, UNSEEN, UNMET, UNTOLD)
_NEAR = 1000  # states, the nearest, in which it is looked for what was seen least

Tried = Sequence[tuple[int, Action]]


class _Find(NamedTuple):
    """A state and an action in it, and why to take it."""

    marks: Marks
    action: Action
    reason: str
    apart: int = 1
    most: int = 0  # programs of one opinion


class _Taken(NamedTuple):
    """How often actions were taken."""

    names: Counter[str]
    actions: Counter[Action]


def explore(
    problem: Problem,
    budget: Budget,
    skip: frozenset[str] = frozenset(),
    rivals: Sequence[Model] = (),
    tried: Tried | None = None,
    sights: Sights | None = None,
) -> Plan:
    """A way to the action that is worth trying most, which is the last of it; ``kind`` and ``reason`` say why.

    First comes what tells the most of the model and its ``rivals`` apart, whatever the answer, then the nearest doubt
    of the model's for a reason that is not in ``skip``; among equals the nearest. Where ``tried`` tells the
    fingerprints of states and the actions taken there so far, of doubts in one state the one about what was taken
    least comes first; failing all doubts an action that was never taken in a state near at hand, the one taken least
    in all.

    The steps before do not end the episode. A program that raises, or does not list an action, has no opinion of it.
    A goal that the reward function does not know ends nothing.
    """
    if sights is not None:
        return seek(problem, budget, sights)
    if problem.model.uncertain is None and not rivals and tried is None:
        return Plan(REFUTED, nodes=1, planner="bfs")
    return searched(problem, budget, "bfs", lambda tree: _explored(tree, budget, skip, rivals, tried), doubting=True)


def _explored(tree: Tree, budget: Budget, skip: frozenset[str], rivals: Sequence[Model], tried: Tried | None) -> Plan:
    others = [
        Expander(tree.problem._replace(model=rival), tree.space, budget.expired, doubting=True) for rival in rivals
    ]
    split: _Find | None = None
    doubt: _Find | None = None
    verdict = REFUTED
    frontier = deque([tree.start])
    taken = _Taken(Counter(action.name for _, action in tried or ()), Counter(action for _, action in tried or ()))
    try:
        while frontier and not (split and split.most == 1) and (others or doubt is None):
            marks = frontier.popleft()
            if others:
                split = min(
                    [find for find in (split, _disagreement(tree, others, marks)) if find], key=_rank, default=None
                )
            doubt = doubt or _doubt(tree, marks, skip, taken)
            for edge in tree.expand(marks):
                if not edge.done and tree.reach(edge.after, marks):
                    frontier.append(edge.after)
    except SpentError:
        verdict = OPEN
    if split is not None:
        return _found(tree, RIVALS, split)
    if doubt is not None:
        return _found(tree, DOUBT, doubt)
    least = _least_seen(tree, tried) if tried is not None else None
    return tree.end(verdict) if least is None else _found(tree, UNSEEN, least)


def _rank(find: _Find) -> tuple[int, int]:
    return find.most, -find.apart


def _doubt(tree: Tree, marks: Marks, skip: frozenset[str], taken: _Taken) -> _Find | None:
    """The doubt in a state about the action that was taken least, by its name and then with its arguments."""
    found = [(tree.expander.actions[n], reason) for n, reason in tree.expander.doubts(marks) if reason not in skip]
    if not found:
        return None
    action, reason = min(found, key=lambda one: (taken.names[one[0].name], taken.actions[one[0]]))
    return _Find(marks, action, reason)


def _disagreement(tree: Tree, others: Sequence[Expander], marks: Marks) -> _Find | None:
    """The action in a state of which opinions differ most, if they do."""
    opinions: dict[Action, Counter[tuple[Marks, float, bool]]] = {}
    for expander in (tree.expander, *others):
        for edge in expander.expand(marks, each=True):
            voices = opinions.setdefault(expander.actions[edge.action], Counter())
            voices[edge.after, edge.reward, edge.done] += 1
    finds = [
        _Find(marks, action, _told(action, voices), len(voices), max(voices.values()))
        for action, voices in opinions.items()
        if len(voices) > 1
    ]
    return min(finds, key=_rank, default=None)


def _told(action: Action, voices: Counter[tuple[Marks, float, bool]]) -> str:
    return f"{sum(voices.values())} programs that fit predict {len(voices)} different outcomes of {action}"


def _least_seen(tree: Tree, tried: Tried) -> _Find | None:
    pairs, counts = set(tried), Counter(action for _, action in tried)
    best: tuple[tuple[bool, int], Marks, Action] | None = None
    try:
        for marks in list(islice(tree.came, _NEAR)):
            mark = tree.space.state(marks).fingerprint()
            for change in tree.expander.changes(marks):
                for number in change.actions:
                    action = tree.expander.actions[number]
                    rank = (mark, action) in pairs, counts[action]
                    if best is None or rank < best[0]:
                        best = rank, marks, action
    except SpentError:
        pass  # what was found by then
    if best is None:
        return None
    (again, count), marks, action = best
    where = "there too" if again else "but never there"
    return _Find(marks, action, f"{action} was taken {count} times, {where}")


def _found(tree: Tree, kind: str, find: _Find) -> Plan:
    """The way to what was found."""
    actions = (*tree.way(find.marks), find.action)
    short = kind == DOUBT
    return Plan(
        FOUND,
        actions,
        len(tree.came),
        find.reason,
        tree.expander.error,
        shortest=short,
        planner=tree.planner,
        kind=kind,
        apart=find.apart,
    )
