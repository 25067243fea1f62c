"""Rows that the search never sees, and what is noteworthy about how a program did on rows seen and unseen."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from sandbox.contract import RewardPrediction, StatePrediction
from sandbox.data.records import Transition
from sandbox.runtime.state import State, digest, objects_of
from synth_server.domain import Finding
from synth_server.verify.fit import RowFit
from synth_server.verify.options import VerifyOptions
from synth_server.verify.predict import Predictions
from synth_server.verify.rows import Row, distinct

Answer = tuple[object, ...]
Alike = tuple[object, ...]  # what rows have in common of which the same share is held back


class HoldOut:
    """Splits the distinct rows of a world into those that the search may see and those held back.

    Which rows are held back follows from their digests, not from their order; every action gives the same share, so
    that one seldom taken gives none, and so does every goal under which it paid. A row that was released is never held
    back again; another takes its place: one that the search has not seen, if there is any.
    """

    def __init__(self, transitions: Iterable[Transition], options: VerifyOptions) -> None:
        self._options = options
        self._rows = {row.digest: row for row in distinct(transitions)}
        self._shown: set[str] = set()
        self._released: set[str] = set()
        self._held: set[str] = set()
        self._settle()

    @property
    def visible(self) -> list[Row]:
        """What the search may see, in the order in which it came."""
        return [row for digest, row in self._rows.items() if digest not in self._held]

    @property
    def held(self) -> list[Row]:
        """What it may not see."""
        return [row for digest, row in self._rows.items() if digest in self._held]

    @property
    def all(self) -> list[Row]:
        """Every distinct row."""
        return list(self._rows.values())

    def take(self, transitions: Iterable[Transition]) -> None:
        """Adds newly arrived rows. They stay unseen until :meth:`release`."""
        for row in distinct(transitions):
            if row.digest not in self._rows:
                self._rows[row.digest] = row
                self._held.add(row.digest)

    def release(self, missed: Iterable[Row]) -> None:
        """Shows the missed rows to the search, and holds others back instead."""
        self._released.update(row.digest for row in missed)
        self._settle()

    def _settle(self) -> None:
        """Holds back as many rows as the rules ask for: the unseen before the seen, of rows alike the same share."""
        free = [digest for digest in self._rows if digest not in self._released]
        free.sort(key=lambda digest: (digest in self._shown, sha256(f"held back {digest}".encode()).digest()))
        like = _alike(self._rows)
        count, nth = Counter(like.values()), Counter[Alike]()
        share: dict[str, float] = {}  # of the rows like it that would be held back with this one
        for key in free:
            nth[like[key]] += 1
            share[key] = nth[like[key]] / count[like[key]]
        free.sort(key=lambda digest: (digest in self._shown, share[digest]))
        self._held = set(free[: self._wanted()])
        self._shown.update(digest for digest in self._rows if digest not in self._held)

    def _wanted(self) -> int:
        count = len(self._rows)
        if count < self._options.hold_back_from:
            return 0
        return min(self._options.hold_back_most, int(count * self._options.hold_back_share))


def _alike(rows: Mapping[str, Row]) -> dict[str, Alike]:
    """By digest what rows alike have in common: the action, and of what seldom happens also what it paid for whom."""
    paid = Counter((row.transition.reward, row.transition.done) for row in rows.values())
    usual = max(paid, key=lambda payment: (paid[payment], payment), default=None)
    found: dict[str, Alike] = {}
    for key, row in rows.items():
        step = row.transition
        seldom = (step.reward, step.done) != usual
        found[key] = (step.action.name, step.reward, step.done, step.goal) if seldom else (step.action.name,)
    return found


@dataclass(frozen=True)
class Earlier:
    """How a program's rows came out before, by the digest of the row."""

    rows: Mapping[str, tuple[RowFit, Answer]]

    @classmethod
    def of(cls, rows: Sequence[Row], fits: Sequence[RowFit], predictions: Predictions) -> "Earlier":
        """Keeps what is needed to tell whether a row comes out otherwise."""
        answers = map(_answer, predictions.states, predictions.rewards)
        found = zip(rows, fits, answers, strict=True)
        return cls({row.digest: (fit, answer) for row, fit, answer in found})


def in_other_order(row: Row) -> Row:
    """The row with the objects of its states in another order, which means nothing."""
    step = row.transition
    return replace(row, transition=replace(step, state=_turned(step.state), next_state=_turned(step.next_state)))


def differences(
    rows: Sequence[Row], fits: Sequence[RowFit], predictions: Predictions, earlier: Earlier | None
) -> tuple[list[RowFit], tuple[Finding, ...]]:
    """What fits both now and earlier, and a finding if any row came out otherwise."""
    before = earlier.rows if earlier else {}
    both = []
    differing = 0
    for row, fit, answer in zip(rows, fits, map(_answer, predictions.states, predictions.rewards), strict=True):
        old, former = before.get(row.digest, (fit, answer))
        differing += answer != former
        both.append(RowFit(fit.next_state and old.next_state, fit.reward and old.reward, fit.done and old.done))
    if not differing:
        return both, ()
    detail = (
        f"{differing} of {len(rows)} rows came out otherwise when they were run again, in another order of rows and "
        "objects and with another hash seed; let nothing depend on the order of objects or sets, or on earlier calls"
    )
    return both, (Finding("nondeterministic", detail),)


def _answer(state: StatePrediction, reward: RewardPrediction) -> Answer:
    """What a program answered to a row; equal answers are equal, and errors are alike."""
    change: Counter[int] = Counter(map(digest, state.added))
    change.subtract(map(digest, state.removed))
    kept = frozenset((key, n) for key, n in change.items() if n)
    told = (reward.error is not None, reward.unknown_goal, repr(reward.reward), reward.done)
    return (state.error is not None, kept, state.uncertain, *told)


def _turned(state: State) -> State:
    return State(objects_of(state)[::-1])


def find(next_state_fit: float, baseline: float, seen_fit: float, held_back_fit: float | None) -> list[Finding]:
    """What the figures of an evaluation show besides themselves."""
    findings = []
    if next_state_fit < baseline:
        findings.append(
            Finding(
                "below_identity_baseline",
                f"predicts {next_state_fit:.1%} of next states; `nothing changes` would predict {baseline:.1%}",
            )
        )
    elif next_state_fit == baseline < 1:
        detail = f"predicts {baseline:.1%} of next states, as many as `nothing changes` would"
        findings.append(Finding("identity_baseline", detail))
    if held_back_fit is not None and held_back_fit < seen_fit:
        findings.append(
            Finding(
                "held_back_gap",
                f"fits {seen_fit:.1%} of the rows that the search saw, but {held_back_fit:.1%} of those held back",
            )
        )
    return findings
