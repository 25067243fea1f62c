"""The language of conditions: features of a row, each of which yields tokens; a literal is a token there or not.

Every feature can be evaluated here and written as Python.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Protocol

from sandbox.runtime.values import FrozenMap
from synth_server.inductive.kin import Families
from synth_server.inductive.refs import Path, Place, Ref, Row
from synth_server.inductive.scene import Scene, Shape

Token = Hashable


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
    the hopeful way to say "one of the former". Of the names of ``directions`` a single one makes a poor rule: what
    holds in one direction mostly holds in all; so does a set with some of a family of actions that differ in their
    direction only (``kin``). ``dear`` adds to the price.
    """

    sets: tuple[frozenset[str], ...] = ()
    directions: frozenset[str] = frozenset()
    kin: Families = ()
    dear: float = 0.0

    def tokens(self, row: Row) -> Iterator[Token]:
        yield row.step.action.name
        for names in self.sets:
            if row.step.action.name in names:
                yield names

    def cost(self, token: Token, positive: bool) -> float:
        if isinstance(token, frozenset):
            torn = any(family & token and not family <= token for family in self.kin)
            return (0.6 if positive else 0.3) + 0.25 * len(token) + (2.0 if torn else 0.0)
        return (0.5 if positive else 1.6) + (2.0 if token in self.directions else 0.0) + self.dear


@dataclass(frozen=True)
class ArgIs:
    """An argument of the action equals a constant; dearer where it names a thing."""

    index: int
    names: bool = False

    def tokens(self, row: Row) -> Iterator[Token]:
        args = row.step.action.args
        if self.index < len(args):
            yield (args[self.index],)

    def cost(self, token: Token, positive: bool) -> float:
        return 5.0 if self.names else 2.0


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
        return 1.0 + self.path.ref.cost


@dataclass(frozen=True)
class IsSelf:
    """A reference names self."""

    ref: Ref

    def tokens(self, row: Row) -> Iterator[Token]:
        if row.thing is not None and self.ref.thing(row) is row.thing:
            yield True

    def cost(self, token: Token, positive: bool) -> float:
        return 0.7 + self.ref.cost


@dataclass(frozen=True)
class Exists:
    """A reference names something."""

    ref: Ref

    def tokens(self, row: Row) -> Iterator[Token]:
        if self.ref.things(row):
            yield True

    def cost(self, token: Token, positive: bool) -> float:
        return 1.2 + self.ref.cost


@dataclass(frozen=True)
class Attribute:
    """An attribute has a value; ``null`` and ``record`` for what is no plain symbol. ``dear`` adds to the price."""

    path: Path
    dear: float = 0.0

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
        if isinstance(token, tuple) and token[1:2] == ("int",) and token[2] != 0:
            base = 2.6  # a number rather counts from a bound on
        return (
            base
            + (self.dear if token != ("null",) else 0.0)
            + self.path.ref.cost
            + (0.5 if self.path.entry else 0.0)
            + (0.0 if positive else 0.1)
        )


@dataclass(frozen=True)
class AtLeast:
    """A number is at least so much."""

    path: Path
    bounds: tuple[int, ...]
    sure: bool = True  # always there, and always a number

    def tokens(self, row: Row) -> Iterator[Token]:
        there, value = self.path.value(row)
        if there and type(value) is int:
            for bound in self.bounds:
                if value >= bound:
                    yield bound

    def cost(self, token: Token, positive: bool) -> float:
        return 2.4 + self.path.ref.cost


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
        alike = 0.6 if self.left.attr == self.right.attr and self.left.entry == self.right.entry else 0.0
        return 2.2 - alike + self.left.ref.cost + self.right.ref.cost


@dataclass(frozen=True)
class Exceeds:
    """A number is at least as great as another."""

    left: Path
    right: Path
    sure: bool = True

    def tokens(self, row: Row) -> Iterator[Token]:
        there, a = self.left.value(row)
        if there and type(a) is int:
            there, b = self.right.value(row)
            if there and type(b) is int and a >= b:
                yield True

    def cost(self, token: Token, positive: bool) -> float:
        return 2.4 + self.left.ref.cost + self.right.ref.cost


@dataclass(frozen=True)
class Towards:
    """Where another thing is, seen from self: the side along each axis, how near, and exactly where if near."""

    ref: Ref
    unit: tuple[int, int]

    def tokens(self, row: Row) -> Iterator[Token]:
        other = self.ref.thing(row)
        if other is None or other.pos is None or row.thing is None or row.thing.pos is None:
            return
        dx = (other.pos[0] - row.thing.pos[0]) // self.unit[0]
        dy = (other.pos[1] - row.thing.pos[1]) // self.unit[1]
        yield ("x", (dx > 0) - (dx < 0))
        yield ("y", (dy > 0) - (dy < 0))
        if abs(dx) + abs(dy) <= 1:
            yield ("beside", 1)
        if max(abs(dx), abs(dy)) <= 1:
            yield ("around", 1)

    def cost(self, token: Token, positive: bool) -> float:
        return (2.2 if positive else 2.7) + self.ref.cost  # where it is not says little


@dataclass(frozen=True)
class Content:
    """What stands at a place, self left out, and the actor too where it is the one who looks: types, with values.

    Before the step; or, with ``middle``, when what changes earlier has changed: for the actor all others, else things
    of the types ``settled``.
    """

    place: Place
    shape: Shape
    middle: bool = False
    settled: tuple[str, ...] | None = None
    dear: float = 0.0

    def scene(self, row: Row) -> Scene:
        """The scene that is looked at."""
        if not self.middle:
            return row.step.before
        return row.step.middle if self.settled is None else row.step.after

    def tokens(self, row: Row) -> Iterator[Token]:
        point = self.place.point(row)
        if point is None:
            return
        yield ("outside",) if self.shape.outside(point) else ("there",)
        anything = False
        looks = self.place.ref.how == "single" and self.place.ref.name == self.shape.actor
        for thing in self.scene(row).at.get(point, ()):
            if thing is row.thing or thing is row.after or (looks and thing.type == self.shape.actor):
                continue
            if self.settled is not None and thing.type not in self.settled:
                continue
            anything = True
            yield (thing.type,)
            for name, value in thing.attrs.items():
                if name not in (self.shape.place or ()) and not isinstance(value, FrozenMap | tuple | float):
                    yield (thing.type, name, type(value).__name__, value)
        if anything and self.settled is None:
            yield ("any",)

    def cost(self, token: Token, positive: bool) -> float:
        assert isinstance(token, tuple)
        if token == ("there",):
            odd = self.middle or self.place.way or self.place.through or self.place.far > 1
            return 0.9 + (1.0 if odd else 0.0) + self.dear
        if token == ("outside",):
            return 0.9 + self.place.cost + self.dear
        if token == ("any",):
            return (0.8 if positive else 3.5) + self.place.cost + self.dear
        size = (0.7 if len(token) == 1 else 1.7 if token[:2] in self.shape.fickle else 2.1) + self.dear
        if len(token) > 1 and token[0] == self.shape.actor:
            size += 2.0  # there are shorter ways to tell of what the actor has
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


@dataclass(frozen=True)
class InRow:
    """Self stands in an unbroken row of its kind that begins ahead of the actor."""

    actor: Ref

    def tokens(self, row: Row) -> Iterator[Token]:
        if row.thing is not None and row.thing.pos is not None and row.vector is not None and row.actor is not None:
            first, last = Place(self.actor, 1).point(row), Place(self.actor, 1, through=row.thing.type).point(row)
            point = first
            while point is not None and point != last:
                if point == row.thing.pos:
                    yield True
                    return
                point = (point[0] + row.vector[0], point[1] + row.vector[1])

    def cost(self, token: Token, positive: bool) -> float:
        return 2.0
