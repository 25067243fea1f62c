"""Literals as Python expressions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

from synth_server.inductive import features as f
from synth_server.inductive import goals as g
from synth_server.inductive.emit_text import access, equals, value_text, variable
from synth_server.inductive.rules import Conjunction, Literal
from synth_server.inductive.scene import Shape


@dataclass(frozen=True)
class Names:
    """What the expressions may use: the world's shape, and the type of the thing in hand (None in creations)."""

    shape: Shape
    kind: str | None

    @property
    def actor(self) -> str:
        """The actor's variable."""
        return variable(self.shape.actor or "actor")

    @property
    def self_(self) -> str:
        """The variable of the thing in hand."""
        return variable(self.kind or "")

    def path(self, path: f.Path) -> str:
        """An attribute, or an entry of a nested one."""
        owner = self.self_ if path.owner == "self" else variable(path.owner)
        text = access(owner, path.attr)
        return text if path.entry is None else f"entry({text}, {path.entry!r})"

    def place(self, place: f.Place) -> str:
        """A point."""
        ref = self.actor if place.ref == "actor" else self.self_
        if place.offset is not None:
            return f"beside({ref}, {place.offset!r})"
        return f"here({ref})" if place.far == 0 else f"ahead({ref}, way, {place.far})"


def terms(when: Conjunction, names: Names) -> list[str]:
    """The expressions of a conjunction; what must not stand at one place is said in one call."""
    absent: dict[tuple[str, str], list[str]] = {}
    texts: list[str] = []
    for literal in sorted(when, key=_rank):
        feature, token = literal.feature, literal.token
        if isinstance(feature, f.Content) and not literal.positive and _is_type(token, feature, names):
            key = ("state" if feature.middle else "before", names.place(feature.place))
            absent.setdefault(key, []).append(token[0])
        else:
            texts.append(_term(literal, names))
    for (scene, point), kinds in absent.items():
        texts.append(f"not at({scene}, {point}, {', '.join(repr(kind) for kind in sorted(kinds))})")
    return texts


def _rank(literal: Literal) -> tuple[int, bool]:
    """Cheap tests first."""
    order = (f.ActionName, f.ArgIs, f.ArgEquals, f.Attribute, f.AtLeast, f.Equal, f.SelfAt, f.Content)
    return (order.index(type(literal.feature)) if type(literal.feature) in order else 9, not literal.positive)


def _is_type(token: f.Token, feature: f.Content, names: Names) -> TypeGuard[tuple[str]]:
    """Whether a token only says that a type stands somewhere, where self does not stand too."""
    if not isinstance(token, tuple) or len(token) > 1 or token[0] in {"any", "there", "outside"}:
        return False
    return not (
        feature.place.ref == "self" and feature.place.far == 0 and not feature.place.offset and token[0] == names.kind
    )


def _term(literal: Literal, names: Names) -> str:
    feature, token, positive = literal.feature, literal.token, literal.positive
    text = _positive(literal, names)
    if positive:
        return text
    if isinstance(feature, f.ActionName):
        return text.replace(" in ", " not in ", 1) if isinstance(token, frozenset) else f"action.name != {token!r}"
    if " == " in text and text.count(" == ") == 1 and " is " not in text and "any(" not in text:
        return text.replace(" == ", " != ")
    if text.endswith(" is None") and text.count(" is ") == 1:
        return text.replace(" is None", " is not None")
    if " is not None" in text and text.count(" is ") == 1:
        return text.replace(" is not None", " is None")
    return f"not ({text})" if " " in text and not text.startswith("at(") else f"not {text}"


def _positive(literal: Literal, names: Names) -> str:
    feature, token = literal.feature, literal.token
    if isinstance(feature, f.ActionName):
        if isinstance(token, frozenset):
            return f"action.name in {{{', '.join(repr(name) for name in sorted(token))}}}"
        return f"action.name == {token!r}"
    if isinstance(feature, f.ArgIs):
        assert isinstance(token, tuple)
        return f"argument(action, {feature.index}) == {value_text(token[0])}"
    if isinstance(feature, f.ArgEquals):
        return f"argument(action, {feature.index}) == {names.path(feature.path)}"
    if isinstance(feature, f.Attribute):
        return _value_test(names.path(feature.path), token)
    if isinstance(feature, f.AtLeast):
        return f"{names.path(feature.path)} >= {token}"
    if isinstance(feature, f.Equal):
        return f"{names.path(feature.left)} == {names.path(feature.right)} is not None"
    if isinstance(feature, f.SelfAt):
        return f"here({names.self_}) == {names.place(feature.place)}"
    assert isinstance(feature, f.Content)
    return _content(feature, token, names)


def _content(feature: f.Content, token: f.Token, names: Names) -> str:
    assert isinstance(token, tuple)
    scene, point = "state" if feature.middle else "before", names.place(feature.place)
    if token == ("there",):
        return f"inside({point})"
    if token == ("outside",):
        return f"outside({point})"
    mine = feature.place.ref == "self" and feature.place.far == 0 and not feature.place.offset
    if token == ("any",):
        left_out = ({names.shape.actor} if feature.place.ref == "actor" else set()) | ({names.kind} if mine else set())
        return f"any(t.type not in {tuple(sorted(k for k in left_out if k))!r} for t in at({scene}, {point}))"
    kind = token[0]
    if len(token) == 1:
        return (
            f"len(at({scene}, {point}, {kind!r})) > 1"
            if mine and kind == names.kind
            else f"at({scene}, {point}, {kind!r})"
        )
    test = equals(access("t", token[1]), token[3])
    return f"any({test} for t in at({scene}, {point}, {kind!r}))"


def _value_test(text: str, token: f.Token) -> str:
    assert isinstance(token, tuple)
    if token == ("null",):
        return f"{text} is None"
    if token == ("record",):
        return f"isinstance({text}, (tuple, FrozenMap))"
    return equals(text, token[2])


def payoff_term(literal: Literal, shape: Shape) -> str:
    """A literal about the state that a step led to."""
    text = _payoff(literal, shape)
    return text if literal.positive else f"not ({text})"


def hope_terms(hopes: Sequence[Literal], shape: Shape) -> list[str]:
    """Any of these: meetings of one type with several others are said, and looked for, in one."""
    meetings: dict[str, list[str]] = {}
    rest: list[Literal] = []
    for literal in hopes:
        if isinstance(literal.feature, g.Together) and literal.token == ("some",):
            meetings.setdefault(literal.feature.first, []).append(literal.feature.second)
    for literal in hopes:
        feature = literal.feature
        met = isinstance(feature, g.Together) and feature.second in meetings.get(feature.first, ())
        if not met:  # all of them meeting is some of them meeting too
            rest.append(literal)
    texts = [f"met(next_state, {first!r}, {', '.join(map(repr, seconds))}) > 0" for first, seconds in meetings.items()]
    return texts + list(dict.fromkeys(payoff_term(literal, shape) for literal in rest))


def _payoff(literal: Literal, shape: Shape) -> str:
    feature, token = literal.feature, literal.token
    assert isinstance(token, tuple | str)
    if isinstance(feature, f.ActionName):
        return f"action.name == {token!r}"
    if isinstance(feature, g.GoalIs):
        return f"goal == {token!r}"
    if isinstance(feature, g.Facing):
        return f"faced(next_state, action, {token[0]!r})"
    if isinstance(feature, g.Left):
        text = f"len({{}}.of({feature.kind!r}))"
        return f"not next_state.of({feature.kind!r})" if token[0] == "none" else _compared(text, token[0], "")
    if isinstance(feature, g.Together):
        text = f"met({{}}, {feature.first!r}, {feature.second!r})"
        return _compared(text, token[0], f"len(next_state.of({feature.first!r}))")
    assert isinstance(feature, g.Having)
    what = access("t", feature.attr)
    what = what if feature.entry is None else f"entry({what}, {feature.entry!r})"
    text = f"sum({_value_test(what, token[1])} for t in {{}}.of({feature.kind!r}))"
    return _compared(text, token[0], f"len(next_state.of({feature.kind!r}))")


def _compared(text: str, change: str, total: str) -> str:
    now, was = text.format("next_state"), text.format("state")
    if change == "some":
        return f"{now} > 0"
    if change == "all":
        return f"0 < {now} == {total}"
    return f"{now} > {was}" if change == "more" else f"{now} < {was}"
