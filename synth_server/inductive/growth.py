"""Learning as data grow: what the first rows taught stays as long as it stands up to the others.

The rows up to a milestone are learned from scratch. Of those that follow, rows that fit change nothing, and rows that
do not have the rules that they contradict learned anew, from all rows up to there. So what is learned is a function of
the rows in their order alone, whenever it is asked for; a memory only spares doing the same again.

The rows after a milestone are taken in pieces as in a Fenwick tree: what n of them teach is put together from what as
many of them teach as n without its lowest bit. So a learning takes few pieces, and one more row mostly one small one.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from sandbox.data.records import Start, Success, Transition
from synth_server.inductive import outcomes, theory
from synth_server.inductive.album import Album
from synth_server.inductive.offers import Lessons
from synth_server.inductive.outcomes import Outcomes
from synth_server.inductive.scene import Step
from synth_server.inductive.schemas import Pieces
from synth_server.inductive.standing import contradicted, creates, does, pays
from synth_server.inductive.survey import build
from synth_server.inductive.theory import Theory

FIRST_MILESTONE = 256  # rows up to which everything is learned from scratch
GROWTH = 1.1  # from one milestone to the next
MOST_KEPT = 64

T = TypeVar("T")
Key = tuple[Hashable, ...]


class Memory:
    """What was learned lately, by what it was learned of. Answers from it are those that learning would give."""

    def __init__(self) -> None:
        self.album = Album()
        self.lessons = Lessons()
        self.pieces = Pieces()
        self._known: OrderedDict[Key, object] = OrderedDict()

    def recall(self, key: Key, make: Callable[[], T]) -> T:
        """What is known under a key, or else what ``make`` gives."""
        if key not in self._known:
            self._known[key] = make()
            if len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return cast(T, self._known[key])


@dataclass(frozen=True)
class Insight:
    """What rows teach of the dynamics; ``early`` is what it begins with, None: it was learned from scratch."""

    theory: Theory
    steps: Sequence[Step]
    key: Key
    early: "Insight | None" = None


def milestone(rows: int) -> int:
    """Up to which of so many rows everything is learned from scratch."""
    if rows < FIRST_MILESTONE:
        return rows
    mark = FIRST_MILESTONE
    while (further := int(mark * GROWTH)) <= rows:
        mark = further
    return mark


def dynamics(transitions: Sequence[Transition], memory: Memory) -> Insight:
    """What the rows teach of the dynamics."""
    return _dynamics(transitions, tuple(_mark(row) for row in transitions), memory)


def _dynamics(transitions: Sequence[Transition], marks: Key, memory: Memory) -> Insight:
    rows = len(marks)
    further = rows - milestone(rows)
    early = rows - (further & -further)

    def make() -> Insight:
        if early == rows:
            shape, steps = build(transitions, memory.album)
            return Insight(theory.learn(shape, steps, memory.pieces), steps, marks)
        return _extended(_dynamics(transitions[:early], marks[:early], memory), transitions, marks, memory)

    return memory.recall(("dynamics", *marks), make)


def payments(insight: Insight, starts: Sequence[Start], success: Success, tier: int, memory: Memory) -> Outcomes:
    """What the rows teach of rewards and ends, with the hopes of a tier."""
    asked = tuple(sorted({start.digest() for start in starts}))

    def make() -> Outcomes:
        early = insight.early
        if early is not None and early.theory.view.equals(insight.theory.view):
            known = payments(early, starts, success, tier, memory)
            later = insight.steps[len(early.steps) :]
            news = {step.goal for step in later} - {step.goal for step in early.steps}
            if not known.missed and not news and pays(insight.theory, known, later):
                return known
        view = insight.theory.view
        key = ("reading", insight.key, asked, success)
        reading = memory.recall(key, lambda: outcomes.read(view, insight.steps, starts, success))
        return outcomes.learn(view, reading, success, tier)

    return memory.recall(("payments", insight.key, asked, success, tier), make)


def _mark(row: Transition) -> Key:
    return (row.state.fingerprint(), row.action, row.reward, row.next_state.fingerprint(), row.goal, row.done)


def _extended(first: Insight, transitions: Sequence[Transition], marks: Key, memory: Memory) -> Insight:
    """What all rows teach, beginning with what the first did."""
    shape, steps = build(transitions, memory.album)
    old, later = first.theory, steps[len(first.steps) :]
    known = {step.action.name for step in first.steps} >= {step.action.name for step in later}
    read = known and vars(shape) == vars(old.shape) and all(map(Step.matches, first.steps, steps))
    if read and not old.missed and does(old, later):
        told = {schema.name for schema in old.schemas}
        rest = [step for step in steps if step.action.name not in told]
        latest = [step for step in later if step.action.name not in told]
        fallen, made = contradicted(old, latest), creates(old, latest)
        if not fallen and made:
            return Insight(old, steps, marks, first)
        # Directions may be others by now, which is asked only where a rule falls.
        if theory.view_of(shape, steps).equals(replace(old.view, early=False)):
            found = theory.relearn(old, rest, fallen, creations=not made)
            if not found.missed:
                return Insight(found, steps, marks, first)
    return Insight(theory.learn(shape, steps, memory.pieces), steps, marks)
