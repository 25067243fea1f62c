"""What may happen to a thing: where it goes, what an attribute becomes, that it vanishes."""

from dataclasses import dataclass
from typing import Protocol

from sandbox.runtime.values import FrozenMap, Value, same
from synth_server.inductive.refs import Path, Place, Row, alone
from synth_server.inductive.scene import Point

MOST_SLIDES = 64
UNKNOWN = object()  # the effect says nothing about this row


@dataclass(frozen=True)
class Slot:
    """What a rule speaks of: a type's place, one of its attributes, or whether it stays."""

    kind: str
    part: str  # place, attr, gone
    attr: str = ""

    def now(self, row: Row) -> Value:
        """The present value; a point or None for a place, False for what is there."""
        assert row.thing is not None
        if self.part == "place":
            return row.thing.pos
        return row.thing.attrs.get(self.attr) if self.part == "attr" else False

    def then(self, row: Row) -> Value:
        """The value after the step; UNKNOWN where the thing vanished and the slot is about something else."""
        if self.part == "gone":
            return row.after is None
        if row.after is None:
            return UNKNOWN
        return row.after.pos if self.part == "place" else row.after.attrs.get(self.attr)


class Effect(Protocol):
    """A way to compute a slot's next value."""

    @property
    def cost(self) -> float:
        """The price of saying it."""
        ...

    def value(self, row: Row) -> Value:
        """The next value, or UNKNOWN."""
        ...


@dataclass(frozen=True)
class Shift:
    """Moves ``far`` times along a direction."""

    far: int = 1
    way: int = 0
    cost: float = 1.0

    def value(self, row: Row) -> Value:
        vector = row.way(self.way)
        if vector is None or row.thing is None or row.thing.pos is None:
            return UNKNOWN
        return (row.thing.pos[0] + self.far * vector[0], row.thing.pos[1] + self.far * vector[1])


@dataclass(frozen=True)
class Slide:
    """Moves along a direction until something of the types ``stops`` is next, or what is ``sticky`` was reached.

    With ``smooth`` it goes on only from where one of these stands.
    """

    stops: tuple[str, ...]
    sticky: tuple[str, ...] = ()
    smooth: tuple[str, ...] = ()
    way: int = 0
    cost: float = 2.5

    def value(self, row: Row) -> Value:
        vector = row.way(self.way)
        if vector is None or vector == (0, 0) or row.thing is None or row.thing.pos is None:
            return UNKNOWN
        (x, y), scene = row.thing.pos, row.step.before
        for far in range(MOST_SLIDES):
            ahead = (x + vector[0], y + vector[1])
            here = {t.type for t in scene.at.get((x, y), ()) if t is not row.thing}
            if any(t.type in self.stops for t in scene.at.get(ahead, ())):
                break
            if far and (here & set(self.sticky) or (self.smooth and not here & set(self.smooth))):
                break
            x, y = ahead
        else:
            return UNKNOWN
        return (x, y)


@dataclass(frozen=True)
class ShiftBy:
    """Moves by a fixed vector."""

    offset: Point
    cost: float = 3.0

    def value(self, row: Row) -> Value:
        if row.thing is None or row.thing.pos is None:
            return UNKNOWN
        return (row.thing.pos[0] + self.offset[0], row.thing.pos[1] + self.offset[1])


@dataclass(frozen=True)
class Goto:
    """Goes to a place."""

    place: Place

    @property
    def cost(self) -> float:
        """What is farther is dearer."""
        return 1.4 + self.place.cost

    def value(self, row: Row) -> Value:
        point = self.place.point(row)
        return UNKNOWN if point is None else point


@dataclass(frozen=True)
class Become:
    """Takes a constant value; for a place, None is nowhere; for ``gone``, True. Constants pay for their size."""

    constant: Value

    @property
    def cost(self) -> float:
        """Every entry of a nested value is paid for; a number that comes is mostly a sum."""
        whole = type(self.constant) is int
        return (1.8 if whole else 1.5) + (
            1.2 * len(self.constant) if isinstance(self.constant, FrozenMap | tuple) else 0.0
        )

    def value(self, row: Row) -> Value:
        return self.constant


@dataclass(frozen=True)
class Change:
    """A number changes by an amount, within a cycle of ``modulus`` if there is one, or up to a bound."""

    attr: str
    amount: int
    modulus: int = 0
    cost: float = 1.6
    bound: int | None = None

    def value(self, row: Row) -> Value:
        old = row.thing.attrs.get(self.attr) if row.thing else None
        if type(old) is not int:
            return UNKNOWN
        if self.bound is not None:
            return (max if self.amount < 0 else min)(self.bound, old + self.amount)
        return (old + self.amount) % self.modulus if self.modulus else old + self.amount


@dataclass(frozen=True)
class ChangeBy:
    """A number grows, or falls, by another."""

    attr: str
    path: Path
    sign: int

    @property
    def cost(self) -> float:
        """What is farther is dearer."""
        return 1.9 + self.path.ref.cost

    def value(self, row: Row) -> Value:
        old = row.thing.attrs.get(self.attr) if row.thing else None
        there, amount = self.path.value(row)
        if type(old) is not int or not there or type(amount) is not int:
            return UNKNOWN
        return old + self.sign * amount


@dataclass(frozen=True)
class Lookup:
    """A table from the old value to the new one."""

    attr: str
    table: tuple[tuple[Value, Value], ...]

    @property
    def cost(self) -> float:
        """Every entry is paid for."""
        return 1.0 + 1.0 * len(self.table)

    def value(self, row: Row) -> Value:
        old = row.thing.attrs.get(self.attr) if row.thing else None
        for key, value in self.table:
            if same(key, old):
                return value
        return UNKNOWN


@dataclass(frozen=True)
class CopyArg:
    """Takes an argument of the action."""

    index: int
    cost: float = 1.5

    def value(self, row: Row) -> Value:
        args = row.step.action.args
        return args[self.index] if self.index < len(args) else UNKNOWN


@dataclass(frozen=True)
class CopyPath:
    """Takes an attribute of something."""

    path: Path

    @property
    def cost(self) -> float:
        """What is farther is dearer."""
        return 2.0 + self.path.ref.cost

    def value(self, row: Row) -> Value:
        there, value = self.path.value(row)
        return value if there else UNKNOWN


@dataclass(frozen=True)
class RecordAt:
    """Takes a record of the one thing at a place: ``entries`` say, by key, its type ("") or one of its attributes.

    With ``whole`` all of its attributes but those named there, and its type as ``entries`` say. With ``taken`` only of
    a thing that vanishes in the same step.
    """

    place: Place
    entries: tuple[tuple[str, str], ...]
    taken: bool = False
    whole: tuple[str, ...] = ()

    @property
    def cost(self) -> float:
        """What is recorded mostly was taken, and as a whole."""
        return (1.5 if self.taken else 2.2) - (0.3 if self.whole else 0.0)

    def value(self, row: Row) -> Value:
        found = alone(row, self.place)
        if self.taken and not any(old is found and new is None for old, new in row.step.pairs):
            return UNKNOWN
        if found is None or any(name and name not in found.attrs for _, name in self.entries):
            return UNKNOWN
        if self.whole:
            kept = {name: value for name, value in found.attrs.items() if name not in self.whole}
            return FrozenMap({**kept, **{key: found.type for key, _ in self.entries}})
        return FrozenMap({key: found.attrs[name] if name else found.type for key, name in self.entries})


def agrees(effect: Effect, slot: Slot, row: Row) -> bool:
    """Whether the effect gives what came."""
    value = effect.value(row)
    return value is not UNKNOWN and same(value, slot.then(row))
