"""Which effects are worth trying: those that the changed rows suggest."""

from collections.abc import Iterator, Mapping, Sequence

from sandbox.runtime.values import FrozenMap, Value, same
from synth_server.inductive.effects import (
    Become,
    Change,
    ChangeBy,
    CopyArg,
    CopyPath,
    Effect,
    Goto,
    Lookup,
    RecordAt,
    Shift,
    ShiftBy,
    Slide,
    Slot,
    agrees,
)
from synth_server.inductive.refs import SELF, Path, Place, Ref, Row, View, alone, refs_for
from synth_server.inductive.scene import Point, Thing


def effects_for(view: View, slot: Slot, rows: Sequence[Row], changed: Sequence[Row]) -> list[Effect]:
    """The effects worth trying on rows in which the slot changed, each at least once right."""
    if slot.part == "gone":
        return [Become(True)]
    refs = refs_for(view, rows, slot.kind)
    found = _place_effects(view, slot, refs, changed) if slot.part == "place" else values_for(view, slot, refs, changed)
    unique = list(dict.fromkeys(found))
    return [e for e in unique if any(agrees(e, slot, row) for row in changed)]


def _place_effects(view: View, slot: Slot, refs: Sequence[Ref], changed: Sequence[Row]) -> Iterator[Effect]:
    if view.frame.table:
        yield Shift(1)
        yield Shift(2, cost=2.0)
        yield Shift(-1, cost=2.0)
    for way in range(1, len(view.ways) + 1):
        yield Shift(1, way, 1.2)
    for way in range(len(view.ways) + 1):
        yield from _slides(way, changed)
    actor = view.actor
    if slot.kind != view.shape.actor and actor is not None:
        yield from (Goto(Place(actor, far)) for far in (range(3) if view.frame.table else range(1)))
    for ref in refs:
        spots = [ref, *_twins(view, ref, changed)] if ref != SELF else []
        for spot in spots:
            yield Goto(Place(spot))
            for way, further in enumerate(view.ways, 1):
                if further.path.ref == spot:
                    yield Goto(Place(spot, 1, way=way))
    for row in changed:
        old, new = slot.now(row), slot.then(row)
        if new is None:
            yield Become(None)
        elif old is not None:
            yield ShiftBy((new[0] - old[0], new[1] - old[1]))


def _twins(view: View, ref: Ref, rows: Sequence[Row]) -> list[Ref]:
    """The other one of the same type and value, for each attribute that may pair things."""
    if ref.how != "at":
        return []
    names: dict[str, None] = {}
    for row in rows:
        thing = ref.thing(row)
        for name in thing.attrs if thing is not None else ():
            if name not in (view.shape.place or ()):
                names.setdefault(name)
    return [Ref("twin", name, base=ref) for name in names]


def _slides(way: int, changed: Sequence[Row]) -> Iterator[Effect]:
    """Slides whose bounds follow from where things that moved along the direction came by and came to rest."""
    passed: set[str] = set()
    next_: list[set[str]] = []
    rest: list[set[str]] = []
    entered: set[str] = set()
    far = 0
    for row in changed:
        vector = row.way(way)
        if vector is None or vector == (0, 0) or row.thing is None or row.thing.pos is None:
            continue
        if row.after is None or row.after.pos is None:
            continue
        steps = _steps(row.thing.pos, row.after.pos, vector)
        if steps is None:
            continue
        far = max(far, steps)
        for i in range(1, steps + 2):
            point = (row.thing.pos[0] + i * vector[0], row.thing.pos[1] + i * vector[1])
            here = {t.type for t in row.step.before.at.get(point, ()) if t is not row.thing}
            if i <= steps:
                entered |= here
            if i < steps:
                passed |= here
            elif i == steps:
                rest.append(here)
            else:
                next_.append(here)
    if far < 2:
        return
    stops = {kind for kinds in next_ for kind in kinds} - entered
    free = [here for here, after in zip(rest, next_, strict=True) if not after & stops]
    sticky = {kind for here in free for kind in here} - passed
    yield Slide(tuple(sorted(stops)), tuple(sorted(sticky)))
    if passed:
        yield Slide(tuple(sorted(stops)), (), tuple(sorted(passed)))
        yield Slide(tuple(sorted(stops)), tuple(sorted(sticky)), tuple(sorted(passed)))


def _steps(old: Point, new: Point, vector: Point) -> int | None:
    """How many times the vector leads from one place to another."""
    axis = 0 if vector[0] else 1
    steps, rest = divmod(new[axis] - old[axis], vector[axis])
    if rest or steps < 1 or (old[0] + steps * vector[0], old[1] + steps * vector[1]) != new:
        return None
    return int(steps)


def values_for(
    view: View,
    slot: Slot,
    refs: Sequence[Ref],
    changed: Sequence[Row],
    extent: Sequence[int] = (),
    paths: Sequence[Path] | None = None,
) -> Iterator[Effect]:
    """What an attribute may become, as changed rows suggest; ``extent`` are its least and greatest known numbers.

    It may be copied from ``paths``; without these, from any that ``refs`` have.
    """
    by_action: dict[str, dict[str, tuple[Value, Value]]] = {}
    numbers = {slot.now(row) for row in changed} | {slot.then(row) for row in changed}
    whole = all(type(value) is int for value in numbers)
    for row in changed:
        old, new = slot.now(row), slot.then(row)
        yield Become(new)
        pairs = by_action.setdefault(row.step.action.name, {})
        pairs.setdefault(repr(old), (old, new))
        yield from (CopyArg(i) for i in range(len(row.step.action.args)))
        yield from _records(view, row, new)
    if whole:
        yield from _changes(view, slot, refs, changed, sorted(numbers.union(extent)))
    for pairs in by_action.values():
        if any(isinstance(old, FrozenMap | tuple) for old, _ in pairs.values()):
            continue  # no keys of a table
        if 2 <= len(pairs) <= 8:
            yield Lookup(slot.attr, tuple(pairs[key] for key in sorted(pairs)))
        yield from _swaps(slot, [pairs[key] for key in sorted(pairs)])
    for path in _sources(refs, changed) if paths is None else paths:
        if path != Path(SELF, slot.attr):
            yield CopyPath(path)


def _sources(refs: Sequence[Ref], rows: Sequence[Row]) -> list[Path]:
    found: dict[Path, None] = {}
    for ref in refs:
        for row in rows:
            thing = ref.thing(row)
            for name in thing.attrs if thing is not None else ():
                found.setdefault(Path(ref, name))
    return list(found)


def _changes(
    view: View, slot: Slot, refs: Sequence[Ref], changed: Sequence[Row], numbers: Sequence[int]
) -> Iterator[Effect]:
    """Ways in which a number changes: by an amount, within bounds, in a cycle, by another number."""
    low, high = numbers[0], numbers[-1]
    cycle = high + 1 if low == 0 and high <= 7 else 0
    frame = view.frame
    turns = frame.source == "attr" and slot.attr == frame.name and slot.kind == view.shape.actor
    amounts = dict.fromkeys(slot.then(row) - slot.now(row) for row in changed)
    for amount in amounts:
        yield Change(slot.attr, amount)
        if cycle > 2:
            yield Change(slot.attr, (amount + cycle // 2) % cycle - cycle // 2, cycle, 1.5 if turns else 1.8)
        if not turns:
            yield Change(slot.attr, amount, bound=low if amount < 0 else high, cost=1.9)
    for path in _sources(refs, changed):
        number = any(type(path.value(row)[1]) is int for row in changed)
        if number and path != Path(SELF, slot.attr) and path.attr not in (view.shape.place or ()):
            yield ChangeBy(slot.attr, path, 1)
            yield ChangeBy(slot.attr, path, -1)


def _swaps(slot: Slot, pairs: Sequence[tuple[Value, Value]]) -> Iterator[Effect]:
    """Tables of two values that turn into each other."""
    for i, (a, b) in enumerate(pairs):
        for c, d in pairs[i + 1 :]:
            if same(a, d) and same(b, c):
                yield Lookup(slot.attr, ((a, b), (c, d)))


def _records(view: View, row: Row, new: Value) -> Iterator[Effect]:
    """Templates by which a nested value is a record of what stands near the actor."""
    if not isinstance(new, FrozenMap) or view.actor is None:
        return
    for far in range(3):
        place = Place(view.actor, far)
        found = alone(row, place)
        if found is not None:
            entries = _template(found, new)
            if entries is not None:
                yield RecordAt(place, entries, taken=True)
                yield RecordAt(place, entries)
                places = view.shape.place or ()
                kind = tuple(entry for entry in entries if not entry[1])
                if len(kind) == 1 and {name for _, name in entries if name} == set(found.attrs) - set(places):
                    yield RecordAt(place, kind, taken=True, whole=places)


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
