"""Literals as Python expressions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

from synth_server.inductive import features as f
from synth_server.inductive import goals as g
from synth_server.inductive.deeds import Deed
from synth_server.inductive.emit_goals import lifted_term
from synth_server.inductive.emit_text import access, equals, value_text, variable, where
from synth_server.inductive.endings import Works
from synth_server.inductive.refs import Fixed, FromArg, Path, Place, Ref, Source, View
from synth_server.inductive.rules import Conjunction, Literal
from synth_server.inductive.scene import Shape
from synth_server.inductive.targets import LIFTED, FormIs, Under


@dataclass(frozen=True)
class Names:
    """What the expressions may use: how the steps are looked at, and the type of the thing in hand, if any.

    ``front`` is the variable that holds the place ahead of the actor, where there is one; ``rare`` are the types of the
    only ones of their kind for which there is no variable.
    """

    view: View
    kind: str | None
    front: str = ""
    rare: frozenset[str] = frozenset()

    @property
    def shape(self) -> Shape:
        """The shape of the world."""
        return self.view.shape

    @property
    def self_(self) -> str:
        """The variable of the thing in hand."""
        return variable(self.kind or "")

    @property
    def ahead(self) -> str:
        """The place ahead of the actor."""
        return f"ahead({variable(self.shape.actor or '')}, way)"

    def ref(self, ref: Ref) -> str:
        """A thing; an expression that may be None unless it is self or a single."""
        if ref.how == "self":
            return self.self_
        if ref.how == "single":
            return f"before.of({ref.name!r})[0]" if ref.name in self.rare else variable(ref.name)
        if ref.how == "arg":
            return f"called(before, argument(action, {ref.index}))"
        if ref.how == "at":
            assert ref.place is not None
            return f"beside_me(before, {self.place(ref.place)}, {self.self_ if ref.mine() else None})"
        if ref.how == "key":
            return f"sole({self.things(ref)})"
        assert ref.base is not None
        base = self.ref(ref.base)
        if ref.how == "link":
            return f"called(before, {self._attr(ref.base, ref.name)})"
        return f"twin(before, {base}, {ref.name!r})"

    def things(self, ref: Ref, scene: str = "before") -> str:
        """A list of all things that a reference names."""
        if ref.how == "single":
            return f"{scene}.of({ref.name!r})"
        if ref.how == "key":
            if all(isinstance(source, Fixed) for _, source in ref.matches):
                attrs = {"type": repr(ref.name)} | {attr: self.source(source) for attr, source in ref.matches}
                return f"{scene}.where({where(attrs)})"
            matches = ", ".join(f"{attr!r}: {self.source(source)}" for attr, source in ref.matches)
            return f"having({scene}, {ref.name!r}, {{{matches}}})"
        if ref.how == "arg":
            return f"named({scene}, argument(action, {ref.index}))"
        assert ref.how == "link"
        assert ref.base is not None
        return f"named({scene}, {self._attr(ref.base, ref.name)})"

    def source(self, source: Source) -> str:
        """A value that an argument, an attribute or a constant gives."""
        if isinstance(source, FromArg):
            return f"argument(action, {source.index})"
        return value_text(source.constant) if isinstance(source, Fixed) else self.path(source)

    def path(self, path: Path, default: str = "") -> str:
        """An attribute, or an entry of a nested one; ``default`` where there is none."""
        if path.entry is None:
            return self._attr(path.ref, path.attr, default)
        return f"entry({self._attr(path.ref, path.attr)}, {path.entry!r}{', ' + default if default else ''})"

    def _attr(self, ref: Ref, attr: str, default: str = "") -> str:
        thing = self.ref(ref)
        if attr == "type":
            return f"kind({thing})"
        if ref.how in {"self", "single"}:
            return access(thing, attr)
        return f"get({thing}, {attr!r}{', ' + default if default else ''})"

    def vector(self, way: int) -> str:
        """A direction."""
        if not way:
            return "way"
        further = self.view.ways[way - 1]
        return f"{self.table(way)}.get({self.path(further.path)})"

    def table(self, way: int) -> str:
        """The name of a further direction's table."""
        attr = variable(self.view.ways[way - 1].path.attr).upper().rstrip("_")
        return f"WAY_{way}_BY_{attr}" if attr.isascii() else f"WAY_{way}"

    def place(self, place: Place) -> str:
        """A point."""
        thing = self.ref(place.ref)
        if place.offset is not None:
            return f"beside({thing}, {place.offset!r})"
        if place.far == 0:
            return f"here({thing})"
        vector = self.vector(place.way)
        text = f"ahead({thing}, {vector})" if place.far == 1 else f"ahead({thing}, {vector}, {place.far})"
        text = self.front if self.front and text == self.ahead else text
        return f"past(before, {text}, {vector}, {place.through!r})" if place.through else text


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
            texts.append(term(literal, names))
    for (scene, point), kinds in absent.items():
        texts.append(f"not at({scene}, {point}, {', '.join(repr(kind) for kind in sorted(kinds))})")
    return texts


_ORDER = (f.ActionName, f.ArgIs, f.ArgEquals, f.Attribute, f.AtLeast, f.Exceeds, f.Equal)
_ORDER += (f.IsSelf, f.SelfAt, f.Content)  # type: ignore[assignment]


def _rank(literal: Literal) -> tuple[int, bool]:
    """Cheap tests first."""
    kind = type(literal.feature)
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), not literal.positive)


def _is_type(token: f.Token, feature: f.Content, names: Names) -> TypeGuard[tuple[str]]:
    """Whether a token only says that a type stands somewhere, where self does not stand too."""
    if not isinstance(token, tuple) or len(token) > 1 or token[0] in {"any", "there", "outside"}:
        return False
    return not (
        feature.place.ref.how == "self"
        and feature.place.far == 0
        and not feature.place.offset
        and token[0] == names.kind
    )


def term(literal: Literal, names: Names) -> str:
    """A literal as an expression."""
    feature, token, positive = literal.feature, literal.token, literal.positive
    text = _positive(literal, names)
    if positive:
        return text
    if isinstance(feature, f.Equal | f.Exceeds | f.AtLeast):
        return f"not ({text})"
    if isinstance(feature, f.ActionName):
        return text.replace(" in ", " not in ", 1) if isinstance(token, frozenset) else f"action.name != {token!r}"
    if " == " in text and text.count(" == ") == 1 and " is " not in text and "any(" not in text:
        return text.replace(" == ", " != ")
    if text.endswith(" is None") and text.count(" is ") == 1:
        return text.replace(" is None", " is not None")
    if " is not None" in text and text.count(" is ") == 1:
        return text.replace(" is not None", " is None")
    call = text.startswith(("at(", "having(", "before.where("))
    return f"not ({text})" if " " in text and not call else f"not {text}"


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
        return _value_test(names.path(feature.path, "..." if token == ("null",) else ""), token)
    if isinstance(feature, f.AtLeast):
        text = names.path(feature.path)
        return f"{text} >= {token}" if feature.sure else f"number({text}) >= {token}"
    if isinstance(feature, f.Equal):
        return f"{names.path(feature.left)} == {names.path(feature.right)} is not None"
    if isinstance(feature, f.Exceeds):
        left, right = names.path(feature.left), names.path(feature.right)
        return f"{left} >= {right}" if feature.sure else f"number({left}) >= number({right}, 1)"
    return _about_things(feature, token, names)


def _about_things(feature: f.Feature, token: f.Token, names: Names) -> str:
    """Who self is, what there is, and where."""
    if isinstance(feature, f.IsSelf):
        return f"{names.ref(feature.ref)} == {names.self_}"
    if isinstance(feature, f.Exists) and feature.ref.how == "key":
        return names.things(feature.ref)
    if isinstance(feature, f.Exists):
        return f"{names.ref(feature.ref)} is not None"
    if isinstance(feature, f.InRow):
        return f"in_row(before, {names.place(Place(feature.actor, 1))}, way, {names.self_})"
    if isinstance(feature, f.Towards):
        assert isinstance(token, tuple)
        sides = f"sides({names.self_}, {names.ref(feature.ref)})"
        tests = {"x": f"[0] == {token[1]}", "y": f"[1] == {token[1]}", "beside": "[2] <= 1", "around": "[3] <= 1"}
        return sides + tests[token[0]]
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
    mine = feature.place.ref.how == "self" and feature.place.far == 0 and not feature.place.offset
    if token == ("any",):
        looks = feature.place.ref.how == "single" and feature.place.ref.name == names.shape.actor
        left_out = ({names.shape.actor} if looks else set()) | ({names.kind} if mine else set())
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


def payoff_term(literal: Literal, view: View) -> str:
    """A literal about the state that a step led to, or about what the step met."""
    if isinstance(literal.feature, f.Content):
        return term(literal, Names(view, None))
    text = _payoff(literal, view)
    return text if literal.positive else f"not ({text})"


def hope_terms(hopes: Sequence[Literal], view: View) -> list[str]:
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
    return texts + list(dict.fromkeys(payoff_term(literal, view) for literal in rest))


def _payoff(literal: Literal, view: View) -> str:
    feature, token = literal.feature, literal.token
    if isinstance(feature, Works):
        return f"action.name == {feature.action!r} and next_state != state"
    if isinstance(feature, (FormIs, Under, Deed, *LIFTED)):
        return lifted_term(feature, token, view)
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
