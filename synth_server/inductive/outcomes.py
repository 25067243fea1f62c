"""Learning what a step pays and whether it ends the episode; and what to hope for before anything was paid."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.data.records import Start, Success
from synth_server.inductive.evidence import literals
from synth_server.inductive.features import Feature, Token
from synth_server.inductive.goals import Facing, Having, Left, Together, goal_features, still
from synth_server.inductive.refs import Row, View, rows_of
from synth_server.inductive.rules import Conjunction, Literal, cover
from synth_server.inductive.scene import Scenes, Shape, Step

Payment = tuple[float, bool]


@dataclass(frozen=True)
class Payoff:
    """If ``when`` holds, a step pays ``reward`` and ends the episode or not."""

    when: Conjunction
    reward: float
    done: bool
    support: int


@dataclass(frozen=True)
class Outcomes:
    """What was learned: rules, the payment of all other steps, and literals that are hoped to pay.

    Hopes stand for all goals but ``known_goals``, which were seen to pay.
    """

    usual: Payment
    rules: tuple[Payoff, ...]
    hopes: tuple[Literal, ...]
    hoped_reward: float
    known_goals: tuple[str, ...]
    missed: int


TIERS = 3


def learn(view: View, steps: Sequence[Step], starts: Sequence[Start], success: Success, tier: int) -> Outcomes:
    """Rules for every payment that was seen; hopes of a tier (0 the likeliest alone) for goals that never paid."""
    shape = view.shape
    rows = rows_of(view, steps, None)
    features = goal_features(view, rows)
    payments = [(round(step.reward, 6), step.done) for step in steps]
    tally = Counter(payments)
    usual = min(tally, key=lambda p: (-tally[p], p)) if tally else (0.0, False)
    choices = literals(features, rows)
    full = (1 << len(rows)) - 1
    rules: list[Payoff] = []
    missed = 0
    for payment in sorted(tally, key=lambda p: (tally[p], p)):
        if payment == usual:
            continue
        wanted = sum(1 << i for i, p in enumerate(payments) if p == payment)
        found, left = cover(wanted, full & ~wanted, choices)
        rules += [Payoff(when, *payment, tally[payment]) for when in found]
        missed += left.bit_count()
    paid = {step.goal for step in steps if success.holds(step.reward, step.done)}
    asked = {step.goal for step in steps} | {start.goal for start in starts}
    hopes: tuple[Literal, ...] = ()
    if asked - paid or not asked:
        hopes = tuple(_hopes(shape, features, rows, starts, sorted(asked - paid), tier))
    return Outcomes(usual, tuple(rules), hopes, success.reward_above + 1.0, tuple(sorted(paid)), missed)


def _hopes(
    shape: Shape, features: Sequence[Feature], rows: Sequence[Row], starts: Sequence[Start], goals: list[str], tier: int
) -> Iterator[Literal]:
    """Relations that never held so far: those that the goals' words name, then all, then what may be faced too."""
    scenes = Scenes(shape.place)
    at_start = [still(shape, scenes.of(start.state), rows[0].step) for start in starts] if rows else []
    words = {stem(word) for goal in goals for word in _words(goal)}
    for feature in features:
        seen: set[Token] = {token for row in (*rows, *at_start) for token in feature.tokens(row)}
        for token in _possible(shape, feature, rows):
            if token in seen:
                continue
            named = bool(words & {stem(word) for word in _mentioned(feature, token)})
            dear = isinstance(feature, Facing)
            if (tier == 0 and named and not dear) or (tier == 1 and not dear) or tier == 2:
                yield Literal(feature, token)


def _possible(shape: Shape, feature: Feature, rows: Sequence[Row]) -> list[Token]:
    """What a feature might yield some day."""
    if isinstance(feature, Together):
        return [("some",)] if feature.single else [("some",), ("all",)]
    if isinstance(feature, Left):
        return [("none",)]
    if isinstance(feature, Facing):
        return [(kind,) for kind in sorted(shape.types) if kind != shape.actor]
    if isinstance(feature, Having) and not feature.single:
        values = {value for row in rows for value in feature.values(row.step.after) if value is not None}
        return [("all", value) for value in sorted(values, key=repr)] if len(values) > 1 else []
    return []


def _mentioned(feature: Feature, token: Token) -> Iterator[str]:
    """The words that a literal is about."""
    if isinstance(feature, Together):
        yield from _words(feature.first)
        yield from _words(feature.second)
    elif isinstance(feature, Left):
        yield from _words(feature.kind)
    elif isinstance(feature, Facing):
        assert isinstance(token, tuple)
        yield from _words(str(token[0]))
    elif isinstance(feature, Having):
        yield from _words(feature.kind)
        yield from _words(feature.attr)
        yield from _words(str(token))


def _words(text: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return [word.lower() for word in re.findall(r"[^\W_]+", spaced)]


def stem(word: str) -> str:
    """A crude stem: what remains without the commonest endings."""
    for ending in ("ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
