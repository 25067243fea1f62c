"""What to hope for before a goal has paid: relations that never held, those first that the goal's words name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from synth_server.inductive.deeds import Deed, deeds
from synth_server.inductive.features import Feature, Token
from synth_server.inductive.forms import Form, Hearing
from synth_server.inductive.goals import Facing, Having, Left, Together, still
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
    inner,
    mentions_of,
)
from synth_server.inductive.wording import stem, words


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
    apt = [form for form in sorted(forms, key=str) if form is not None and applies(feature, hearing.forms[form])]
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


def applies(feature: Feature, form: Form) -> bool:
    """Whether goals of a form name what a feature looks at; several of them as one only where one tells a state."""
    mentions, looked = form.mentions, mentions_of(feature.reached if isinstance(feature, Deed) else feature)
    closed = [all(not form.slots[number].open for number in slots) for slots in mentions]
    joint = len(looked) > 1 and not isinstance(feature, Near | Inside | Both)
    return all(number < len(mentions) for number in looked) and (not joint or any(closed[n] for n in looked))


def _tier(hope: Literal, *, named: bool, alone: bool) -> int:
    """When to hope for a relation: what is easily had by walking about comes last, as does what undoes things.

    ``alone``: goals name no things, so that all of a type may be meant.
    """
    feature = inner(hope.feature)
    if isinstance(feature, Deed):
        return 3 if feature.idle else 4  # what else would it be for
    if isinstance(feature, Facing) or (isinstance(feature, There) and hope.token == ("none",)):
        return 2
    if isinstance(feature, Left) and not alone:
        return 2
    if isinstance(feature, Shares) or (isinstance(feature, Reached) and feature.how != "here"):
        return 1
    if isinstance(feature, Having) and feature.entry is not None and not alone:
        return 1  # to hold what is named comes before anything of its kind
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
