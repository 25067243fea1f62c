"""Learning what a step pays and whether it ends the episode; and what to hope for before anything was paid."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sandbox.data.records import Start, Success
from synth_server.inductive.amounts import Amount, find_amounts
from synth_server.inductive.deeds import is_deed
from synth_server.inductive.endings import endings
from synth_server.inductive.features import Feature
from synth_server.inductive.forms import Hearing, hear
from synth_server.inductive.goals import goal_features
from synth_server.inductive.hopes import Asked, hopes_for
from synth_server.inductive.likeness import guesses, like, likeliest
from synth_server.inductive.payoffs import LEAST_AMONG_WORDS, LEAST_GAIN, Ledger, Payment, Payoff, learn_payoffs
from synth_server.inductive.refs import Row, View, rows_of
from synth_server.inductive.rules import Literal
from synth_server.inductive.saying import doers_of
from synth_server.inductive.scene import Scenes, Step
from synth_server.inductive.targets import FormIs
from synth_server.inductive.vocabulary import Symbol, involved, vocabulary


@dataclass(frozen=True)
class Outcomes:
    """What was learned: rules, the payment of all other steps, and literals that are hoped to pay.

    ``amounts`` are paid on top, by whatever step.

    Hopes stand for all goals but ``known_goals``, which were seen to pay, and those of ``known_forms``: forms of goals
    that were seen to pay by rules that hold for all goals of the form, or that are put like such. In ``split_forms``
    every goal pays by a rule of its own. ``hearing`` holds the forms, none where goals are not read; ``goals`` are all
    that were set.
    """

    usual: Payment
    amounts: tuple[Amount, ...]
    rules: tuple[Payoff, ...]
    hopes: tuple[Literal, ...]
    hoped_reward: float
    known_goals: tuple[str, ...]
    missed: int
    hearing: Hearing
    known_forms: tuple[int, ...]
    split_forms: tuple[int, ...]
    goals: tuple[str, ...]


TIERS, NO_HOPES = 5, -1
MOST_HOPES = 64  # relations, and deeds, that a program hopes for
LEAST_WORDS, ROWS_FOR_A_WORD = 40, 8  # a program that lists more looks like one that recites its data


@dataclass(frozen=True)
class Reading:
    """What does not depend on what is hoped for: the rows, what was asked, and rules for what was paid."""

    rows: Sequence[Row]
    asked: Asked
    features: Sequence[Feature]
    amounts: tuple[Amount, ...]
    ledger: Ledger
    rules: Sequence[Payoff]
    missed: int


def read(view: View, steps: Sequence[Step], starts: Sequence[Start], success: Success) -> Reading:
    """Rules for every payment that was seen, with what they were learned from."""
    rows = rows_of(view, steps, None)
    scenes = Scenes(view.shape.place)
    asked = Asked(
        tuple(sorted({step.goal for step in steps} | {start.goal for start in starts})),
        tuple(sorted({step.goal for step in steps if success.holds(step.reward, step.done)})),
        tuple((scenes.of(start.state), start.goal) for start in starts),
    )
    hearing = _hear(view, steps, asked, success)
    features = goal_features(view, rows, hearing)
    amounts = find_amounts(view, rows, features)
    ledger = Ledger(rows, features, hearing, success, amounts, LEAST_AMONG_WORDS if words_alone(view) else LEAST_GAIN)
    return Reading(rows, asked, features, amounts, ledger, *learn_payoffs(ledger))


def words_alone(view: View) -> bool:
    """Whether things have names and no places: nothing is near, and what paid elsewhere says more."""
    return bool(view.shape.names) and view.shape.place is None


def learn(view: View, reading: Reading, success: Success, tier: int) -> Outcomes:
    """What was read, with hopes of a tier (0 the likeliest alone) for goals that never paid, none for ``NO_HOPES``."""
    asked, ledger, rules = reading.asked, reading.ledger, list(reading.rules)
    hearing = ledger.hearing
    known_forms = _known_forms(hearing, asked, rules)
    open_ = [goal for goal in asked.goals if goal not in asked.paid and hearing.form(goal) not in known_forms]
    open_ = open_ if tier != NO_HOPES else []
    hopes: list[Literal] = []
    spoken: frozenset[int | None] | None = None
    if words_alone(view) and open_ and tier == 0:
        doers = doers_of([row.step for row in reading.rows])
        found = hopes_for(view.shape, reading.features, reading.rows, asked, hearing, open_, tier, doers)
        hopes, spoken = likeliest(found, rules, ledger, open_, doers)
    guessed = guesses(ledger, rules, asked, known_forms, tier, spoken) if open_ else []
    for i, more in enumerate(guessed):
        rules[i] = replace(rules[i], forms=(rules[i].forms or frozenset()) | more) if more else rules[i]
    answered = set[int]()
    if spoken is None:
        alike = {form for form in hearing.numbers if like(hearing, form, known_forms)} if tier == 0 else set()
        answered = {form for form in alike if any(form in forms for forms in guessed)}
        open_ = [goal for goal in open_ if hearing.form(goal) not in answered]
        if open_ or (not asked.goals and tier != NO_HOPES):
            hopes = list(hopes_for(view.shape, reading.features, reading.rows, asked, hearing, open_, tier))
    all_forms = frozenset(hearing.form(goal) for goal in asked.goals)
    finished = tuple(_finished(rule, hearing, all_forms) for rule in rules)
    if tier == 0 and not hopes:
        finished += tuple(endings(reading.rows, ledger.usual))
    paid = {form for form in map(hearing.form, asked.paid) if form is not None}
    return Outcomes(
        usual=ledger.usual,
        amounts=reading.amounts,
        rules=finished,
        hopes=_in_few_words(hopes),
        hoped_reward=success.reward_above + 1.0,
        known_goals=asked.paid,
        missed=reading.missed,
        hearing=hearing,
        known_forms=tuple(sorted({*known_forms, *answered})),
        split_forms=tuple(sorted(paid - set(known_forms))),
        goals=asked.goals,
    )


def _in_few_words(hopes: Sequence[Literal]) -> tuple[Literal, ...]:
    """The hopes that are said in few words, in their order; of relations and of deeds alike."""
    return tuple(hope for deeds in (False, True) for hope in _cheapest([h for h in hopes if is_deed(h) == deeds]))


def _cheapest(hopes: Sequence[Literal]) -> Sequence[Literal]:
    costs = [hope.feature.cost(hope.token, True) for hope in hopes]
    kept = sorted(range(len(hopes)), key=lambda i: (costs[i], i))[:MOST_HOPES]
    return [hopes[i] for i in sorted(kept)]


def _hear(view: View, steps: Sequence[Step], asked: Asked, success: Success) -> Hearing:
    """The forms of all goals, read by the help of what the paid steps were about."""
    paid: dict[str, list[frozenset[Symbol]]] = {}
    for step in steps:
        if success.holds(step.reward, step.done):
            paid.setdefault(step.goal, []).append(involved(view, step))
    scenes = [scene for step in steps for scene in (step.before, step.after)] + [scene for scene, _ in asked.starts]
    most_words = LEAST_WORDS + len(steps) // ROWS_FOR_A_WORD
    return hear(asked.goals, vocabulary(view.shape, scenes), paid, most_words, spare=not words_alone(view))


def _known_forms(hearing: Hearing, asked: Asked, rules: Sequence[Payoff]) -> list[int]:
    """The forms whose goals were seen to pay, but for those whose rules name single goals."""
    split: set[int | None] = set()
    for rule in rules:
        if rule.solves and rule.single:
            split |= rule.forms or set()
    paid = {hearing.form(goal) for goal in asked.paid}
    return sorted(form for form in paid - split if form is not None)


def _finished(rule: Payoff, hearing: Hearing, all_forms: frozenset[int | None]) -> Payoff:
    """The rule with its forms as a literal, where it is not for all that there are."""
    if rule.forms is None or rule.forms >= all_forms:
        return rule
    return replace(rule, when=(Literal(FormIs(hearing, (rule.forms,)), rule.forms), *rule.when))
