"""What to hope for before a goal has paid: relations that never held, those first that the goal's words name."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sandbox.runtime.bm25 import Bm25
from synth_server.inductive.deeds import Deed, deeds
from synth_server.inductive.features import Feature, Token
from synth_server.inductive.forms import Form, Hearing
from synth_server.inductive.goals import Facing, Having, Left, Together, still
from synth_server.inductive.payoffs import Ledger, Payoff
from synth_server.inductive.refs import Row
from synth_server.inductive.rules import Literal
from synth_server.inductive.saying import Doers, says
from synth_server.inductive.scene import Scene, Shape
from synth_server.inductive.targets import (
    LIFTED,
    Both,
    Has,
    Held,
    Inside,
    Near,
    Reached,
    Shares,
    There,
    Under,
    mentions_of,
)
from synth_server.inductive.wording import stem, words

PATIENCE = 12  # rows under goals of a form in which what its words say is hoped for alone
MORE_PATIENCE = 18  # rows in which only what looks at things as known rules do is hoped for


@dataclass(frozen=True)
class Asked:
    """The goals that were set, those of them that paid, and the starts with their goals."""

    goals: tuple[str, ...]
    paid: tuple[str, ...]
    starts: tuple[tuple[Scene, str], ...]


def hopes_for(
    shape: Shape,
    features: Sequence[Feature],
    rows: Sequence[Row],
    asked: Asked,
    hearing: Hearing,
    goals: Sequence[str],
    tier: int,
    doers: Doers | None = None,
) -> Iterator[Literal]:
    """Relations that never held so far, for goals that never paid.

    By attribute, ``doers`` are words of the actions that change it; what a goal's words so name need not come after
    what is weaker.

    Those about what the goal names, and those that its words name, first; then all; then what may be faced too; then
    what may be done where the goal's things are. What is about the goal's own things must not have held under goals of
    its form; what is not, must not have held at all.
    """
    every = [*rows, *(still(shape, scene, rows[0].step, goal) for scene, goal in asked.starts if rows)]
    said = frozenset(stem(word) for goal in goals for word in words(goal))
    forms = {form: [row for row in every if hearing.form(row.step.goal) == form] for form in map(hearing.form, goals)}
    for feature in (*features, *_together(features, rows), *deeds(features, rows)):
        lifted = isinstance(feature, (Deed, *LIFTED))
        if lifted:
            literals = _by_form(feature, _possible(shape, feature, rows), forms, hearing, doers or {})
        else:
            seen: set[Token] = {token for row in every for token in feature.tokens(row)}
            literals = [Literal(feature, token) for token in _possible(shape, feature, rows) if token not in seen]
        for literal in literals:
            named = lifted or bool(said & {stem(word) for word in _mentioned(feature, literal.token)})
            if _tier(literal, named=named, alone=not hearing.most) <= tier and (
                lifted or shape.place is not None or not hearing.most
            ):
                yield literal


def _by_form(
    feature: Feature,
    possible: Sequence[Token],
    forms: Mapping[int | None, Sequence[Row]],
    hearing: Hearing,
    doers: Doers,
) -> list[Literal]:
    """What never held under goals of some form, for these forms alone where it did under others."""
    apt = [form for form in sorted(forms, key=str) if form is not None and _applies(feature, hearing.forms[form])]
    seen = {form: {token for row in forms[form] for token in feature.tokens(row)} for form in apt}
    found = []
    for token in possible:
        weaker = _weaker(feature, token)
        named = {form for form in apt if doers and says(hearing.forms[form], feature, token, doers)}
        unseen = frozenset[int | None](
            form
            for form in apt
            if token not in seen[form] and (form in named or all(_held(one, told, forms[form]) for one, told in weaker))
        )
        if unseen:
            found.append(Literal(feature if len(unseen) == len(apt) else Under(feature, hearing, unseen), token))
    return found


def _together(features: Sequence[Feature], rows: Sequence[Row]) -> list[Feature]:
    """Something about one thing that a goal names while the actor has another or puts it, or of two things alike."""
    held = [feature for feature in features if isinstance(feature, Held)]
    has = [feature for feature in features if isinstance(feature, Has) and len(feature.target.which) == 1]
    return [
        *(
            Both(one, ("some",), other, token)
            for one in held
            for other in has
            if not set(mentions_of(one)) & set(mentions_of(other))
            for token in _possible_of_named(other, rows)
            if token == ("some", ("bool", True))
        ),
        *(
            Both(near, True, one, ("fewer",))
            for one in held
            for near in features
            if isinstance(near, Near) and near.having is None and set(mentions_of(one)) < set(mentions_of(near))
        ),
        *(
            Both(one, token, other, token)
            for one, other in combinations(has, 2)
            if one.attr == other.attr
            for token in _possible_of_named(other, rows)
        ),
    ]


def _weaker(feature: Feature, token: Token) -> list[tuple[Feature, Token]]:
    """What holds wherever a literal does: it is hoped for first, and the literal once that did not pay."""
    if isinstance(feature, Deed):
        return [(feature.reached, True)]
    if isinstance(feature, Both) and isinstance(feature.first, Near):
        return [(feature.first, feature.first_token)]
    if isinstance(feature, Both):
        return [(feature.first, feature.first_token), (feature.second, feature.second_token)]
    if isinstance(feature, Inside) and feature.having is not None:
        return [(replace(feature, having=None), token)]
    return [(feature, True)] if isinstance(feature, Inside) and token is not True else []


def _held(feature: Feature, token: Token, rows: Sequence[Row]) -> bool:
    """Whether a literal held in some row."""
    return any(token in feature.tokens(row) for row in rows)


def _applies(feature: Feature, form: Form) -> bool:
    """Whether goals of a form name what a feature looks at; several of them as one only where one tells a state."""
    mentions, looked = form.mentions, mentions_of(feature.reached if isinstance(feature, Deed) else feature)
    closed = [all(not form.slots[number].open for number in slots) for slots in mentions]
    joint = len(looked) > 1 and not isinstance(feature, Near | Inside | Both)
    return all(number < len(mentions) for number in looked) and (not joint or any(closed[n] for n in looked))


def _tier(hope: Literal, *, named: bool, alone: bool) -> int:
    """When to hope for a relation: what is easily had by walking about comes last, as does what undoes things.

    ``alone``: goals name no things, so that all of a type may be meant.
    """
    feature = _inner(hope.feature)
    if isinstance(feature, Deed):
        return 3 if feature.idle else 4  # what else would it be for
    if isinstance(feature, Facing) or (isinstance(feature, There) and hope.token == ("none",)):
        return 2
    if isinstance(feature, Left) and not alone:
        return 2
    if isinstance(feature, Shares) or (isinstance(feature, Reached) and feature.how != "here"):
        return 1
    return 0 if named else 1


def _possible(shape: Shape, feature: Feature, rows: Sequence[Row]) -> list[Token]:
    """What a feature might yield some day."""
    if isinstance(feature, Together):
        return [("some",)] if feature.single else [("some",), ("all",)]
    if isinstance(feature, Left):
        return [("none",)]
    if isinstance(feature, Facing):
        return [(kind,) for kind in sorted(shape.types) if kind != shape.actor]
    if isinstance(feature, Having) and feature.entry is not None and feature.single:
        return _kinds_told(shape, feature, rows)
    if isinstance(feature, Having) and not feature.single:
        scenes = {id(row.step.after): row.step.after for row in rows}.values()
        values = {value for scene in scenes for value in feature.values(scene) if value is not None}
        words_ = {value[2] for value in values if isinstance(value, tuple) and value[1:2] == ("str",)}
        if any(scene.called(word) is not None for scene in scenes for word in words_):
            return []  # where things are, not what they are like
        return [("all", value) for value in sorted(values, key=repr)] if 1 < len(values) <= MOST_VALUES else []
    return _possible_of_named(feature, rows)


def _kinds_told(shape: Shape, feature: Having, rows: Sequence[Row]) -> list[Token]:
    """The types of things that a record might tell of, where it told of nothing else so far."""
    scenes = {id(row.step.after): row.step.after for row in rows}.values()
    told = {
        value for scene in scenes for value in feature.values(scene) if isinstance(value, tuple) and value[0] == "is"
    }
    if not told or any(value[1] != "str" or value[2] not in shape.types for value in told):
        return []
    return [("some", ("is", "str", kind)) for kind in sorted(shape.types) if kind != shape.actor]


def _possible_of_named(feature: Feature, rows: Sequence[Row]) -> list[Token]:
    if isinstance(feature, Held):
        return [("some",)]
    if isinstance(feature, Has | Near | Inside) and not _can_have(feature, rows):
        return []
    if isinstance(feature, Has):
        scenes = {id(row.step.after): row.step.after for row in rows}
        things = {thing.digest: (scene, thing) for scene in scenes.values() for thing in scene.things}
        values = {
            (type(value).__name__, value)
            for scene, thing in things.values()
            for value in [thing.attrs.get(feature.attr)]
            if isinstance(value, bool) or (isinstance(value, str) and scene.called(value) is None)
        }
        return [("some", value) for value in sorted(values, key=repr)] if 1 < len(values) <= MOST_VALUES else []
    if isinstance(feature, There):
        return [("none",), ("some",)]
    if isinstance(feature, Inside):
        return [True] if feature.having is not None else [True, 2]
    return [True] if isinstance(feature, (Deed, *LIFTED)) else []


MOST_VALUES = 8


def _can_have(feature: Has | Near | Inside, rows: Sequence[Row]) -> bool:
    """Whether anything that a goal names there has the attribute that is looked at."""
    if isinstance(feature, Has):
        target, attr = feature.target, feature.attr
    elif feature.having is None:
        return True
    else:
        target, attr = feature.first, feature.having[0]
    return any(attr in thing.attrs for row in rows for thing in target.things(row.step.after, row.step.goal))


def _mentioned(feature: Feature, token: Token) -> Iterator[str]:
    """The words that a literal is about."""
    if isinstance(feature, Together):
        yield from words(feature.first)
        yield from words(feature.second)
    elif isinstance(feature, Left):
        yield from words(feature.kind)
    elif isinstance(feature, Facing):
        assert isinstance(token, tuple)
        yield from words(str(token[0]))
    elif isinstance(feature, Having) and feature.entry is not None and feature.single:
        assert isinstance(token, tuple)
        yield from words(str(token[1][2]))
    elif isinstance(feature, Having):
        yield from words(feature.kind)
        yield from words(feature.attr)
        yield from words(str(token))


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
        feature = _inner(hope.feature)
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
            found.append(Literal(Under(_inner(hope.feature), hearing, left), hope.token))
    return found, frozenset(spoken)


def _inner(feature: Feature) -> Feature:
    return feature.feature if isinstance(feature, Under) else feature


def _forms_of(feature: Feature, hearing: Hearing, asked: frozenset[int | None]) -> frozenset[int | None]:
    """The forms under which something is hoped for."""
    if isinstance(feature, Under):
        return feature.forms & asked
    return frozenset(form for form in asked if form is not None and _applies(feature, hearing.forms[form]))


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
