"""What goals of one form may have in common with those of others: rules hoped to hold, and hopes like rules."""

from collections import Counter
from collections.abc import Iterable, Sequence

from sandbox.runtime.bm25 import Bm25
from synth_server.inductive.features import Feature
from synth_server.inductive.forms import Hearing
from synth_server.inductive.hopes import Asked, applies
from synth_server.inductive.payoffs import Ledger, Payoff
from synth_server.inductive.rules import Literal
from synth_server.inductive.saying import Doers, says
from synth_server.inductive.targets import Both, Has, Held, Inside, Near, Shares, Under, inner, mentions_of
from synth_server.inductive.wording import stem

PATIENCE = 12  # rows under goals of a form in which what its words say is hoped for alone
MORE_PATIENCE = 18  # rows in which only what looks at things as known rules do is hoped for


def guesses(
    ledger: Ledger,
    rules: Sequence[Payoff],
    asked: Asked,
    known: Sequence[int],
    tier: int,
    spoken: frozenset[int | None] | None = None,
) -> list[frozenset[int | None]]:
    """For each rule, the forms that never paid for which it is hoped to hold as for the form that it comes from.

    First those put in words most like its own, and all where it does not look at what goals name; then all that name
    as many things. Nothing that was seen may speak against it. Where ``spoken`` tells the forms whose words say what to
    hope for, all others that are put like none are at once taken for such as this.
    """
    hearing = ledger.hearing
    open_ = sorted(form for form in hearing.numbers if form not in known)
    asked_for = {hearing.form(goal) for goal in asked.goals}
    found: list[frozenset[int | None]] = []
    for rule in rules:
        apt = rule.solves and not rule.single and rule.forms is not None
        looked = {number for literal in rule.when for number in mentions_of(literal.feature)}
        forms = set[int | None]()
        for form in open_ if apt else ():
            fitting = looked <= set(range(len(hearing.forms[form].mentions)))
            akin = like(hearing, form, known)
            hoped = tier > 0 or not looked or bool(akin & (rule.forms or frozenset()))
            if spoken is not None:
                hoped = form not in spoken and (hoped or not akin)
            if form in asked_for and fitting and hoped and not ledger.mask(rule.when) & ledger.forms.get(form, 0):
                forms.add(form)
        found.append(frozenset(forms))
    return found


def like(hearing: Hearing, form: int, known: Sequence[int]) -> frozenset[int]:
    """The known forms that are put in words most like those of another, and name as many things."""
    mine = hearing.forms[form]
    apt = {
        number: hearing.forms[number] for number in known if len(hearing.forms[number].mentions) == len(mine.mentions)
    }
    said = Counter(stem(word) for word in mine.said)
    texts = {number: Counter(stem(word) for word in other.said) for number, other in apt.items()}
    match = Bm25(said)
    for text in texts.values():
        match.learn(text)
    scores = {number: match.score(text) for number, text in texts.items() if 2 * (said & text).total() >= said.total()}
    best = max(scores.values(), default=0.0)
    return frozenset(number for number, score in scores.items() if score == best > 0 and number != form)


def likeliest(
    hopes: Iterable[Literal],
    rules: Sequence[Payoff],
    ledger: Ledger,
    goals: Sequence[str],
    doers: Doers,
) -> tuple[list[Literal], frozenset[int | None]]:
    """Under each form the hopes to begin with, and the forms whose words say what to hope for.

    They look at things as a rule does that solves goals of other forms: those first that the form's words say, by
    naming the attribute that they ask for or an action that changes it, until some rows under that form came to
    nothing. Under forms without any, and after more rows, all hopes.
    """
    hearing = ledger.hearing
    known = {_look(literal.feature) for rule in rules if rule.solves and not rule.single for literal in rule.when}
    every, asked = list(hopes), frozenset(map(hearing.form, goals))
    tried = {form: ledger.forms.get(form, 0).bit_count() for form in asked}
    akin, told = set[tuple[int, int | None]](), set[tuple[int, int | None]]()
    for number, hope in enumerate(every):
        feature = inner(hope.feature)
        for form in _forms_of(hope.feature, hearing, asked) if _look(feature) in known else ():
            akin.add((number, form))
            early = tried[form] < PATIENCE
            if early and form is not None and says(hearing.forms[form], feature, hope.token, doers):
                told.add((number, form))
    spoken = {form for _, form in told}
    led = {form for _, form in akin if tried[form] < MORE_PATIENCE}
    found: list[Literal] = []
    for number, hope in enumerate(every):
        forms = _forms_of(hope.feature, hearing, asked)
        left = frozenset(
            form
            for form in forms
            if (number, form) in told or (form not in spoken and ((number, form) in akin or form not in led))
        )
        if left == forms:
            found.append(hope)
        elif left:
            found.append(Literal(Under(inner(hope.feature), hearing, left), hope.token))
    return found, frozenset(spoken)


def _forms_of(feature: Feature, hearing: Hearing, asked: frozenset[int | None]) -> frozenset[int | None]:
    """The forms under which something is hoped for."""
    if isinstance(feature, Under):
        return feature.forms & asked
    return frozenset(form for form in asked if form is not None and applies(feature, hearing.forms[form]))


def _look(feature: Feature) -> tuple[object, ...]:
    """At what a feature looks and how, whatever it finds there."""
    match feature:
        case Inside() | Near():
            how = feature.attr if isinstance(feature, Inside) else feature.how
            return type(feature), mentions_of(feature), how
        case Held():
            return type(feature), mentions_of(feature), feature.kind, feature.attr
        case Has() | Shares():
            return type(feature), mentions_of(feature), feature.attr
        case Both():
            return type(feature), _look(feature.first), _look(feature.second)
    return (feature,)
