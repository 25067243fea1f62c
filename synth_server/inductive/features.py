"""The language of conditions: features of a row, each of which yields tokens; a literal is a token there or not.

A row is one step seen from one thing (the *self* of a rule), or from nothing (rules that create). Every feature
can be evaluated here and written as Python.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sandbox.runtime.values import FrozenMap, Value
from synth_server.inductive.frames import Frame
from synth_server.inductive.scene import Point, Scene, Shape, Step, Thing

Token = Hashable


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """One step seen from one thing; ``vector`` is the direction that applies, if any."""

    step: Step
    thing: Thing | None
    after: Thing | None
    actor: Thing | None
    vector: Point | None


def rows_of(shape: Shape, frame: Frame, steps: Sequence[Step], kind: str | None) -> list[Row]:
    """The rows of a type, or one row a step when ``kind`` is None."""
    rows = []
    for step in steps:
        actor = step.before.single(shape.actor) if shape.actor else None
        vector = frame.vector(shape, step.before, step.action)
        if kind is None:
            rows.append(Row(step, None, None, actor, vector))
        else:
            rows.extend(Row(step, old, new, actor, vector) for old, new in step.pairs if old.type == kind)
    return rows


@dataclass(frozen=True)
class Place:
    """``far`` steps along the direction from the actor or from self (``ref``); or a fixed offset."""

    ref: str  # actor, self
    far: int = 0
    offset: Point | None = None

    def point(self, row: Row) -> Point | None:
        """The point in this row, or None where there is none."""
        thing = row.actor if self.ref == "actor" else row.thing
        if thing is None or thing.pos is None:
            return None
        if self.offset is not None:
            return (thing.pos[0] + self.offset[0], thing.pos[1] + self.offset[1])
        if self.far == 0:
            return thing.pos
        if row.vector is None:
            return None
        return (thing.pos[0] + self.far * row.vector[0], thing.pos[1] + self.far * row.vector[1])

    @property
    def cost(self) -> float:
        """Nearer places are cheaper; those with a fixed offset dearest."""
        if self.offset is not None:
            return 3.0
        return {0: 0.6, 1: 0.5, 2: 1.5}.get(self.far, 3.0)


@dataclass(frozen=True)
class Path:
    """An attribute of self or of a single (``owner`` is its type, or ``self``), or an entry of a nested value."""

    owner: str
    attr: str
    entry: str | None = None

    def value(self, row: Row) -> tuple[bool, Value]:
        """Whether there is such a value in this row, and the value."""
        thing = row.thing if self.owner == "self" else row.step.before.single(self.owner)
        if thing is None or self.attr not in thing.attrs:
            return False, None
        value = thing.attrs[self.attr]
        if self.entry is None:
            return True, value
        if isinstance(value, FrozenMap) and self.entry in value:
            return True, value[self.entry]
        return False, None


class Feature(Protocol):
    """What a condition may look at."""

    def tokens(self, row: Row) -> Iterator[Token]:
        """What holds of this feature in a row."""
        ...

    def cost(self, token: Token, positive: bool) -> float:
        """The price of a literal; what is far or special costs more."""
        ...


@dataclass(frozen=True)
class ActionName:
    """The action's name; a token may also be a set of names.

    ``sets`` are those under which an effect was seen, and those under which it never was: "none of the latter" is
    the hopeful way to say "one of the former".
    """

    sets: tuple[frozenset[str], ...] = ()

    def tokens(self, row: Row) -> Iterator[Token]:
        yield row.step.action.name
        for names in self.sets:
            if row.step.action.name in names:
                yield names

    def cost(self, token: Token, positive: bool) -> float:
        if isinstance(token, frozenset):
            return (0.6 if positive else 0.3) + 0.25 * len(token)
        return 0.5 if positive else 1.6


@dataclass(frozen=True)
class ArgIs:
    """An argument of the action equals a constant."""

    index: int

    def tokens(self, row: Row) -> Iterator[Token]:
        args = row.step.action.args
        if self.index < len(args):
            yield (args[self.index],)

    def cost(self, token: Token, positive: bool) -> float:
        return 2.0


@dataclass(frozen=True)
class ArgEquals:
    """An argument of the action equals an attribute."""

    index: int
    path: Path

    def tokens(self, row: Row) -> Iterator[Token]:
        args = row.step.action.args
        there, value = self.path.value(row)
        if there and self.index < len(args) and type(value) is type(args[self.index]) and value == args[self.index]:
            yield True

    def cost(self, token: Token, positive: bool) -> float:
        return 1.0


@dataclass(frozen=True)
class Attribute:
    """An attribute has a value; ``null`` and ``record`` for what is no plain symbol. ``dear`` if it is a direction."""

    path: Path
    dear: bool = False

    def tokens(self, row: Row) -> Iterator[Token]:
        there, value = self.path.value(row)
        if not there:
            return
        if value is None:
            yield ("null",)
        elif isinstance(value, FrozenMap | tuple):
            yield ("record",)
        else:
            yield ("is", type(value).__name__, value)

    def cost(self, token: Token, positive: bool) -> float:
        base = 1.2 if token in {("null",), ("record",)} else 2.0
        return base + (3.0 if self.dear else 0.0) + (0.5 if self.path.entry else 0.0) + (0.0 if positive else 0.1)


@dataclass(frozen=True)
class AtLeast:
    """A number is at least so much."""

    path: Path
    bounds: tuple[int, ...]

    def tokens(self, row: Row) -> Iterator[Token]:
        there, value = self.path.value(row)
        if there and type(value) is int:
            for bound in self.bounds:
                if value >= bound:
                    yield bound

    def cost(self, token: Token, positive: bool) -> float:
        return 3.0


@dataclass(frozen=True)
class Equal:
    """Two attributes have the same value."""

    left: Path
    right: Path

    def tokens(self, row: Row) -> Iterator[Token]:
        there, a = self.left.value(row)
        if there and a is not None:
            there, b = self.right.value(row)
            if there and type(a) is type(b) and a == b:
                yield True

    def cost(self, token: Token, positive: bool) -> float:
        return 2.2


@dataclass(frozen=True)
class Content:
    """What stands at a place, self left out, and the actor too where it is the one who looks: types, with values.

    Before the step; or in its middle, when all but the actor has changed.
    """

    place: Place
    shape: Shape
    middle: bool = False

    def scene(self, row: Row) -> Scene:
        """The scene that is looked at."""
        return row.step.middle if self.middle else row.step.before

    def tokens(self, row: Row) -> Iterator[Token]:
        point = self.place.point(row)
        if point is None:
            return
        yield ("outside",) if self.shape.outside(point) else ("there",)
        anything = False
        for thing in self.scene(row).at.get(point, ()):
            if thing is row.thing or thing is row.after or (thing is row.actor and self.place.ref == "actor"):
                continue
            anything = True
            yield (thing.type,)
            for name, value in thing.attrs.items():
                if name not in (self.shape.place or ()) and not isinstance(value, FrozenMap | tuple | float):
                    yield (thing.type, name, type(value).__name__, value)
        if anything:
            yield ("any",)

    def cost(self, token: Token, positive: bool) -> float:
        assert isinstance(token, tuple)
        if token == ("there",):
            return 0.9
        if token == ("outside",):
            return 0.9 + self.place.cost
        if token == ("any",):
            return (0.8 if positive else 3.5) + self.place.cost
        size = 0.7 if len(token) == 1 else 1.7
        return size + self.place.cost + (0.2 if self.middle else 0.0)


@dataclass(frozen=True)
class SelfAt:
    """Self stands at a place that the actor sees."""

    place: Place

    def tokens(self, row: Row) -> Iterator[Token]:
        if row.thing is not None and row.thing.pos is not None and row.thing.pos == self.place.point(row):
            yield True

    def cost(self, token: Token, positive: bool) -> float:
        return 0.3 + self.place.cost


def features_for(
    shape: Shape, frame: Frame, rows: Sequence[Row], kind: str | None, sets: Sequence[frozenset[str]]
) -> list[Feature]:
    """All features that rules about ``kind`` may use; ``sets`` are sets of actions worth a literal."""
    own = kind is not None and kind != shape.actor
    found: list[Feature] = [ActionName(tuple(names for names in sets if len(names) > 1))]
    arity = max((len(row.step.action.args) for row in rows), default=0)
    paths = _paths(shape, rows, kind)
    found += [ArgIs(i) for i in range(arity)]
    found += [ArgEquals(i, path) for i in range(arity) for path in paths if path.entry is None]
    plain = [path for path in paths if shape.place is None or path.attr not in shape.place]
    for path in plain:
        dear = frame.source == "attr" and path.attr == frame.name and path.owner in {shape.actor, "self"} and not own
        found.append(Attribute(path, dear or (path.owner == shape.actor and path.attr == frame.name)))
    found += _thresholds(plain, rows)
    mine = [path for path in plain if path.owner == "self"]
    others = [path for path in plain if path.owner != "self"]
    found += [Equal(a, b) for a in mine for b in others]
    found += [Equal(a, b) for i, a in enumerate(others) for b in others[i + 1 :] if a.owner != b.owner]
    if shape.place is None:
        return found
    if shape.actor is not None:
        reach = range(3) if frame.table else range(1)
        if own:
            found += [SelfAt(Place("actor", far)) for far in reach]
        for far in reach:
            if not own or far == 0:
                found.append(Content(Place("actor", far), shape))
                if kind == shape.actor:
                    found.append(Content(Place("actor", far), shape, middle=True))
    if own:
        found += [Content(Place("self", far), shape) for far in ((0, 1, 2) if frame.table else (0,))]
    if own or shape.actor is None:
        found += [Content(Place("self", offset=offset), shape) for offset in ((0, 1), (0, -1), (1, 0), (-1, 0))]
    return found


def _paths(shape: Shape, rows: Sequence[Row], kind: str | None) -> list[Path]:
    """Self's attributes and the singles', nested entries too."""
    owners = ([("self", kind)] if kind is not None else []) + [(s, s) for s in shape.singles if s != kind]
    entries: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for owner, _ in owners:
            thing = row.thing if owner == "self" else row.step.before.single(owner)
            if thing is not None:
                for name, value in thing.attrs.items():
                    if isinstance(value, FrozenMap):
                        entries.setdefault((owner, name), set()).update(value)
    paths = []
    for owner, known in owners:
        for name in shape.types.get(known or "", ()):
            paths.append(Path(owner, name))
            paths += [Path(owner, name, entry) for entry in sorted(entries.get((owner, name), ()))]
    return paths


def _thresholds(paths: Sequence[Path], rows: Sequence[Row]) -> list[Feature]:
    found: list[Feature] = []
    for path in paths:
        values = {value for row in rows for there, value in (path.value(row),) if there and type(value) is int}
        if 2 < len(values) <= 64:
            found.append(AtLeast(path, tuple(sorted(values))[1:]))
    return found


def masks(features: Sequence[Feature], rows: Sequence[Row]) -> Mapping[tuple[int, Token], int]:
    """For every feature (by its number) and token, the rows (as bits) in which it holds."""
    table: dict[tuple[int, Token], int] = {}
    for number, feature in enumerate(features):
        for i, row in enumerate(rows):
            bit = 1 << i
            for token in feature.tokens(row):
                key = (number, token)
                table[key] = table.get(key, 0) | bit
    return table
