"""What holds of one kind holds of another: a rule that few rows showed takes over what a like one asks for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from synth_server.inductive.effects import Effect, Slot
from synth_server.inductive.evidence import Evidence
from synth_server.inductive.features import ActionName, Content
from synth_server.inductive.rules import Conjunction, Literal

KNOWN = 2  # times as many rows that speak for a rule from which others learn what does not count
FEW = 30  # rows up to which a rule is completed by others


@dataclass(frozen=True)
class Rule:
    """If ``when`` holds, the slot takes what ``effect`` gives; ``support`` rows showed it."""

    slot: Slot
    when: Conjunction
    effect: Effect
    support: int


@dataclass(frozen=True)
class Draft:
    """A rule, the rows that it explains, those in which its effect would be wrong, and what it was learned from."""

    rule: Rule
    hits: int
    wrong: int
    evidence: Evidence


def completed(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts; those with few rows ask what better known ones with the same effect on other types ask for.

    Only what none of their rows speaks against. What they ask for besides is left out where that suffices.
    """
    return [_completed(draft, [other for other in drafts if _alike(draft, other)]) for draft in drafts]


def _alike(draft: Draft, like: Draft) -> bool:
    """Whether another rule is about the same change of another type by the same actions, and about as well known."""
    rule, other = draft.rule, like.rule
    same = (rule.slot.part, rule.slot.attr) == (other.slot.part, other.slot.attr) and rule.effect == other.effect
    same = same and draft.evidence.acted(draft.hits) <= like.evidence.acted(like.hits)
    return same and rule.slot.kind != other.slot.kind and rule.support <= FEW and rule.support <= 2 * other.support


def _completed(draft: Draft, others: Sequence[Draft]) -> Draft:
    when = draft.rule.when
    for other in sorted(others, key=lambda d: (-d.rule.support, d.rule.slot.kind)):
        known = set(draft.evidence.features)
        told = [t for t in other.rule.when if t.feature in known or isinstance(t.feature, ActionName)]
        more = [t for t in told if _new(t, when) and not draft.hits & ~draft.evidence.mask(t)]
        when = (*when, *more)
        if more and other.rule.support >= KNOWN * draft.rule.support:
            when = _needed(draft, when, own=set(draft.rule.when) - set(other.rule.when))
    return replace(draft, rule=replace(draft.rule, when=when))


def _needed(draft: Draft, when: Conjunction, own: Collection[Literal]) -> Conjunction:
    """The conjunction without what a rule asks for all by itself and need not, what is of types at places first.

    What few rows had in common by chance is told from what counts by what better known rules ask for.
    """
    for literal in sorted(own, key=lambda literal: not isinstance(literal.feature, Content)):
        fewer = tuple(other for other in when if other != literal)
        if not isinstance(literal.feature, ActionName) and not draft.evidence.holding(fewer) & draft.wrong:
            when = fewer
    return when


def _new(literal: Literal, when: Conjunction) -> bool:
    """Whether a literal says something new; what stands in the way of one says nothing of another."""
    if isinstance(literal.feature, ActionName) and any(isinstance(t.feature, ActionName) for t in when):
        return False
    return literal not in when and (literal.positive or not isinstance(literal.feature, Content))
