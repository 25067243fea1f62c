"""What may happen to a thing: where it goes, what an attribute becomes, that it vanishes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sandbox.runtime.values import FrozenMap, Value, same
from synth_server.inductive.features import Path, Place, Row
from synth_server.inductive.frames import Frame
from synth_server.inductive.scene import Point, Shape, Thing

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
    """Moves ``far`` times along the direction."""

    far: int = 1
    cost: float = 1.0

    def value(self, row: Row) -> Value:
        if row.vector is None or row.thing is None or row.thing.pos is None:
            return UNKNOWN
        return (row.thing.pos[0] + self.far * row.vector[0], row.thing.pos[1] + self.far * row.vector[1])


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
    cost: float = 2.0

    def value(self, row: Row) -> Value:
        point = self.place.point(row)
        return UNKNOWN if point is None else point


@dataclass(frozen=True)
class Become:
    """Takes a constant value; for a place, None is nowhere; for ``gone``, True. Constants pay for their size."""

    constant: Value

    @property
    def cost(self) -> float:
        """Every entry of a nested value is paid for."""
        return 1.5 + (1.2 * len(self.constant) if isinstance(self.constant, FrozenMap | tuple) else 0.0)

    def value(self, row: Row) -> Value:
        return self.constant


@dataclass(frozen=True)
class Change:
    """A number changes by an amount, within a cycle of ``modulus`` if there is one."""

    attr: str
    amount: int
    modulus: int = 0
    cost: float = 1.6

    def value(self, row: Row) -> Value:
        old = row.thing.attrs.get(self.attr) if row.thing else None
        if type(old) is not int:
            return UNKNOWN
        return (old + self.amount) % self.modulus if self.modulus else old + self.amount


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
    """Takes an attribute of self or of a single."""

    path: Path
    cost: float = 2.0

    def value(self, row: Row) -> Value:
        there, value = self.path.value(row)
        return value if there else UNKNOWN


@dataclass(frozen=True)
class RecordAt:
    """Takes a record of the one thing at a place: ``entries`` say, by key, its type ("") or one of its attributes.

    With ``taken`` only of a thing that vanishes in the same step.
    """

    place: Place
    entries: tuple[tuple[str, str], ...]
    taken: bool = False

    @property
    def cost(self) -> float:
        """What is recorded mostly was taken."""
        return 1.5 if self.taken else 2.2

    def value(self, row: Row) -> Value:
        found = _alone(row, self.place)
        if self.taken and not any(old is found and new is None for old, new in row.step.pairs):
            return UNKNOWN
        if found is None or any(name and name not in found.attrs for _, name in self.entries):
            return UNKNOWN
        return FrozenMap({key: found.attrs[name] if name else found.type for key, name in self.entries})


def _alone(row: Row, place: Place) -> Thing | None:
    point = place.point(row)
    if point is None:
        return None
    things = [t for t in row.step.before.at.get(point, ()) if t is not row.thing and t is not row.actor]
    return things[0] if len(things) == 1 else None


def effects_for(shape: Shape, frame: Frame, slot: Slot, changed: Sequence[Row]) -> list[Effect]:
    """The effects worth trying on rows in which the slot changed, each at least once right."""
    if slot.part == "gone":
        return [Become(True)]
    found = list(
        _place_effects(shape, frame, slot, changed) if slot.part == "place" else _values(shape, frame, slot, changed)
    )
    unique = list(dict.fromkeys(found))
    return [e for e in unique if any(agrees(e, slot, row) for row in changed)]


def agrees(effect: Effect, slot: Slot, row: Row) -> bool:
    """Whether the effect gives what came."""
    value = effect.value(row)
    return value is not UNKNOWN and same(value, slot.then(row))


def _place_effects(shape: Shape, frame: Frame, slot: Slot, changed: Sequence[Row]) -> Iterator[Effect]:
    if frame.table:
        yield Shift(1)
        yield Shift(2, 2.0)
        yield Shift(-1, 2.0)
    if slot.kind != shape.actor and shape.actor is not None:
        for far in range(3) if frame.table else range(1):
            yield Goto(Place("actor", far))
    for row in changed:
        old, new = slot.now(row), slot.then(row)
        if new is None:
            yield Become(None)
        elif old is not None:
            yield ShiftBy((new[0] - old[0], new[1] - old[1]))


def _values(shape: Shape, frame: Frame, slot: Slot, changed: Sequence[Row]) -> Iterator[Effect]:
    by_action: dict[str, dict[str, tuple[Value, Value]]] = {}
    numbers = {slot.now(row) for row in changed} | {slot.then(row) for row in changed}
    whole = all(type(value) is int for value in numbers)
    cycle = max(numbers) + 1 if whole and min(numbers) == 0 and max(numbers) <= 7 else 0
    key_of_frame = frame.source == "attr" and slot.attr == frame.name and slot.kind == shape.actor
    for row in changed:
        old, new = slot.now(row), slot.then(row)
        yield Become(new)
        if type(old) is int and type(new) is int:
            yield Change(slot.attr, new - old)
            if cycle > 2:
                amount = (new - old + cycle // 2) % cycle - cycle // 2
                yield Change(slot.attr, amount, cycle, 1.5 if key_of_frame else 1.8)
        pairs = by_action.setdefault(row.step.action.name, {})
        pairs.setdefault(repr(old), (old, new))
        yield from (CopyArg(i) for i in range(len(row.step.action.args)))
        yield from _records(shape, row, new)
    for pairs in by_action.values():
        if 2 <= len(pairs) <= 8:
            yield Lookup(slot.attr, tuple(pairs[key] for key in sorted(pairs)))
        yield from _swaps(slot, [pairs[key] for key in sorted(pairs)])
    for single in (*shape.singles, "self"):
        kind = slot.kind if single == "self" else single
        yield from (
            CopyPath(Path(single, name)) for name in shape.types.get(kind, ()) if (single, name) != ("self", slot.attr)
        )


def _swaps(slot: Slot, pairs: Sequence[tuple[Value, Value]]) -> Iterator[Effect]:
    """Tables of two values that turn into each other."""
    for i, (a, b) in enumerate(pairs):
        for c, d in pairs[i + 1 :]:
            if same(a, d) and same(b, c):
                yield Lookup(slot.attr, ((a, b), (c, d)))


def _records(shape: Shape, row: Row, new: Value) -> Iterator[Effect]:
    """Templates by which a nested value is a record of what stands near the actor."""
    if not isinstance(new, FrozenMap):
        return
    for far in range(3):
        place = Place("actor", far)
        found = _alone(row, place)
        if found is not None:
            entries = _template(found, new)
            if entries is not None:
                yield RecordAt(place, entries, taken=True)
                yield RecordAt(place, entries)


def _template(found: Thing, record: Mapping[str, Value]) -> tuple[tuple[str, str], ...] | None:
    entries = []
    for key in sorted(record):
        value = record[key]
        if key in found.attrs and same(found.attrs[key], value):
            entries.append((key, key))
        elif value == found.type:
            entries.append((key, ""))
        else:
            return None
    return tuple(entries)
