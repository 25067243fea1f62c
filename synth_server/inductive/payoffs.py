"""Rules about what steps pay: one set for all goals, or, for what solves an episode, by forms of goals."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sandbox.data.records import Success
from synth_server.inductive.amounts import Amount
from synth_server.inductive.evidence import bits, cheapest_of, masks
from synth_server.inductive.features import Feature, Token
from synth_server.inductive.forms import Hearing
from synth_server.inductive.goals import GoalIs, Having, Together
from synth_server.inductive.refs import Row
from synth_server.inductive.rules import Conjunction, Literal, Priced, cover
from synth_server.inductive.saying import Doers, doers_of, says
from synth_server.inductive.targets import LIFTED, FormIs, Inside, Near, Shares, mentions_of

Payment = tuple[float, bool]
OFTEN = 3  # rows that show that something ends an episode in vain, whatever the goal is
COUNTED = 5  # successes that speak for a literal, at most
LEAST_GAIN = 2.0  # bits by which something must be told of a thing that a goal names, to be taken for a part of it
LEAST_AMONG_WORDS = -1.0  # the same where nothing has a place: what a goal names is all that there is to go by
LASTING = 0.6


@dataclass(frozen=True)
class Payoff:
    """If ``when`` holds, a step pays ``reward`` and ends the episode or not; under all goals, or those of ``forms``.

    ``solves`` says that some such step solved an episode.
    """

    when: Conjunction
    reward: float
    done: bool
    support: int
    solves: bool = False
    forms: frozenset[int | None] | None = None

    @property
    def single(self) -> bool:
        """Whether it holds for single goals only."""
        return any(isinstance(literal.feature, GoalIs) and literal.positive for literal in self.when)


class Ledger:
    """What all rows pay, and the literals that hold in them."""

    def __init__(
        self,
        rows: Sequence[Row],
        features: Sequence[Feature],
        hearing: Hearing,
        success: Success,
        amounts: Sequence[Amount],
        least_gain: float = LEAST_GAIN,
    ) -> None:
        self.hearing = hearing
        self.least_gain = least_gain
        self.full = (1 << len(rows)) - 1
        self.payments = [(rest(row, amounts), row.step.done) for row in rows]
        self.tally = Counter(self.payments)
        solved = (success.holds(row.step.reward, row.step.done) for row in rows)
        self.solving = {payment for payment, holds in zip(self.payments, solved, strict=True) if holds}
        self.usual = min(self.tally, key=lambda p: (-self.tally[p], p)) if self.tally else (0.0, False)
        table = masks(features, rows)
        lifted = {key: mask for key, mask in table.items() if isinstance(features[key[0]], LIFTED)}
        self.choices = cheapest_of(features, table, self.full)
        self.news = cheapest_of(features, table, self.full, _lasting)
        telling = {key: mask for key, mask in lifted.items() if not isinstance(features[key[0]], Shares)}
        self.lifted = [choice for choice in cheapest_of(features, telling, self.full) if choice.literal.positive]
        self.forms: dict[int | None, int] = {}
        for form in {hearing.form(row.step.goal) for row in rows}:
            self.forms[form] = bits([i for i, row in enumerate(rows) if hearing.form(row.step.goal) == form])
        self.said = self._said(features, lifted, doers_of([row.step for row in rows]))
        told = [choice for choices in self.said.values() for choice in choices]
        self._masks = {choice.literal: choice.mask for choice in (*self.choices, *self.news, *self.lifted, *told)}

    def _said(
        self, features: Sequence[Feature], table: Mapping[tuple[int, Token], int], doers: Doers
    ) -> dict[int | None, list[Priced]]:
        """By form, what its words say of one thing that is with another; the cheapest first."""
        found: dict[int | None, list[Priced]] = {}
        for (number, token), mask in table.items():
            feature = features[number]
            for form in self.forms if isinstance(feature, Inside | Near) else ():
                if form is not None and says(self.hearing.forms[form], feature, token, doers):
                    cost = feature.cost(token, True)
                    found.setdefault(form, []).append(Priced(Literal(feature, token, True), mask, cost))
        return {form: sorted(choices, key=lambda choice: choice.cost) for form, choices in found.items()}

    def paying(self, payment: Payment) -> int:
        """The rows that pay so."""
        return bits([i for i, p in enumerate(self.payments) if p == payment])

    def mask(self, when: Conjunction) -> int:
        """The rows in which a conjunction of known literals holds."""
        held = self.full
        for literal in when:
            held &= self._masks[literal]
        return held


def _lasting(feature: Feature, token: Token) -> float:
    """The extra price of what goes on to hold, where the episode goes on: it would pay again and again."""
    many = isinstance(feature, Together | Having) and not feature.single
    return LASTING if many and isinstance(token, tuple) and token[0] in {"some", "all"} else 0.0


def rest(row: Row, amounts: Sequence[Amount]) -> float:
    """What a step pays besides its amounts."""
    return round(row.step.reward - sum(amount.of(row) for amount in amounts), 6)


def learn_payoffs(ledger: Ledger) -> tuple[list[Payoff], int]:
    """Rules for every payment but the usual one, and how many rows no rule explains; the first that holds counts.

    What solves an episode comes first: where rules say different things of what was not seen, the best is hoped for.
    Since a rule is asked where none before it held, what those explain says nothing against one of all goals.

    What solves an episode is learned form by form; a rule of one form is taken for another too where it explains what
    paid there and is contradicted by nothing.
    """
    rules: list[Payoff] = []
    missed, explained = 0, 0
    for payment in sorted(ledger.tally, key=lambda p: (p not in ledger.solving, ledger.tally[p], p)):
        if payment == ledger.usual:
            continue
        wanted = ledger.paying(payment)
        if ledger.hearing.forms and payment in ledger.solving:
            found, left = _by_form(ledger, payment, wanted)
        else:
            choices = ledger.choices if payment[1] else ledger.news
            conditions, left = cover(wanted, ledger.full & ~wanted & ~explained, choices)
            found = [_payoff(ledger, payment, when, wanted) for when in conditions]
        explained |= wanted & ~left
        rules += found
        missed += left.bit_count()
    return rules, missed


def _payoff(ledger: Ledger, payment: Payment, when: Conjunction, wanted: int) -> Payoff:
    """A rule for all goals, or for those of its rows' forms if it ends episodes in vain and few rows show it.

    What ends under one goal may be right under another, and who never tries does not find out.
    """
    hits = ledger.mask(when) & wanted
    solves = payment in ledger.solving
    seldom = ledger.hearing.forms and payment[1] and not solves and hits.bit_count() < OFTEN
    forms = frozenset(form for form, rows in ledger.forms.items() if rows & hits) if seldom else None
    return Payoff(when, *payment, ledger.tally[payment], solves, forms)


def _by_form(ledger: Ledger, payment: Payment, wanted: int) -> tuple[list[Payoff], int]:
    rules: list[Payoff] = []
    missed = 0
    often = sorted(ledger.forms, key=lambda form: (-(ledger.forms[form] & wanted).bit_count(), str(form)))
    for form in often:
        rows = ledger.forms[form]
        left = wanted & rows
        told = next((choice for choice in ledger.said.get(form, ()) if not left & ~choice.mask), None)
        must = (told.literal,) if told is not None else ()  # what is said and was so whenever it paid
        for i, rule in enumerate(rules):
            mask = ledger.mask(rule.when) & rows
            if mask & left and not mask & ~wanted and rule.forms is not None and set(must) <= set(rule.when):
                rules[i] = replace(rule, forms=rule.forms | {form}, support=rule.support + (mask & left).bit_count())
                left &= ~mask
        if not left:
            continue
        against = rows & ~wanted & (told.mask if told is not None else ledger.full)
        found, rest = cover(left, against, [c for c in ledger.choices if not isinstance(c.literal.feature, FormIs)])
        found = [(*must, *(literal for literal in when if literal not in must)) for when in found]
        for when in found:
            hits = ledger.mask(when) & left
            grounded = _grounded(ledger, form, when, hits)
            rules.append(Payoff(grounded, *payment, hits.bit_count(), True, frozenset({form})))
        missed |= rest
    return rules, missed


def _grounded(ledger: Ledger, form: int | None, when: Conjunction, hits: int) -> Conjunction:
    """The condition with what its successes say of the things that the goal names and that it does not look at yet.

    A goal names things because they matter: what was true of one in all successes, and seldom else, is taken for a part
    of the condition, even where no failure asks for it. To be where one is does not count: an actor that walks about is
    everywhere once.
    """
    if form is None or any(isinstance(literal.feature, GoalIs) for literal in when):
        return when
    open_ = set(range(len(ledger.hearing.forms[form].mentions)))
    open_ -= {number for literal in when for number in mentions_of(literal.feature)}
    others = ledger.forms[form] & ~hits
    while open_:
        best: tuple[float, float, Priced] | None = None
        for choice in ledger.lifted:
            if hits & ~choice.mask or not open_ & set(mentions_of(choice.literal.feature)):
                continue
            chance = ((choice.mask & others).bit_count() + 1) / (others.bit_count() + 2)
            gain = -min(hits.bit_count(), COUNTED) * math.log2(chance) - choice.cost
            if gain > ledger.least_gain and (best is None or (gain, -choice.cost) > best[:2]):
                best = (gain, -choice.cost, choice)
        if best is None:
            break
        when = (*when, best[2].literal)
        open_ -= set(mentions_of(best[2].literal.feature))
    return when
