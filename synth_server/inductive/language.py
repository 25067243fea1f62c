"""Which features rules about a type may use."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from sandbox.runtime.values import FrozenMap, Value
from synth_server.inductive.features import (
    ArgEquals,
    ArgIs,
    AtLeast,
    Attribute,
    Content,
    Equal,
    Exceeds,
    Exists,
    Feature,
    InRow,
    IsSelf,
    SelfAt,
    Towards,
)
from synth_server.inductive.refs import SELF, Path, Place, Ref, Row, View, Way, refs_for
from synth_server.inductive.scene import Shape

MOST_PAIRS = 400
# What is added to the price of a poor condition; of what a record says besides a kind; of what a thing always is.
POOR, LESS, STAYS = 3.0, 0.3, 0.6


def features_for(view: View, rows: Sequence[Row], kind: str | None, settled: Sequence[str]) -> list[Feature]:
    """All features that rules about ``kind`` may use, but for the action's name; ``settled`` types change earlier."""
    shape = view.shape
    refs = refs_for(view, rows, kind)
    arity = max((len(row.step.action.args) for row in rows), default=0)
    paths = attribute_paths(shape, rows, refs)
    near = [path for path in paths if path.ref.how in {"self", "single"} and path.entry is None]
    found: list[Feature] = [ArgIs(i, Ref("arg", index=i) in refs) for i in range(arity)]
    found += [ArgEquals(i, path) for i in range(arity) for path in near if path.attr != "type"]
    if kind is not None:
        found += [IsSelf(ref) for ref in refs if ref.how != "single" and ref != SELF and not ref.mine()]
    found += [Exists(ref) for ref in refs if ref.how in {"link", "twin"}]
    plain = [path for path in paths if shape.place is None or path.attr not in shape.place]
    dear = {path: dearness(view, rows, path, kind) for path in plain}
    found += [Attribute(path, dear[path]) for path in plain]
    found += _thresholds([path for path in plain if dear[path] < POOR], rows)
    found += comparisons(shape, plain, rows)
    if shape.place is not None:
        found += _places(view, rows, kind, settled)
        if kind is not None and kind != shape.actor:
            others = [ref for ref in refs if ref != SELF and not ref.mine() and ref.how in {"single", "arg"}]
            found += [Towards(ref, shape.unit) for ref in others]
    return found


def dearness(view: View, rows: Sequence[Row], path: Path, kind: str | None) -> float:
    """Directions, identifiers and the names of things are a poor thing to make a rule of.

    Of a record of a thing, what kind of thing it is tells more than what else it says; and of a thing itself, what may
    change more than what always stays as it is.
    """
    frame, shape = view.frame, view.shape
    owner = kind if path.ref.how == "self" else path.ref.name if path.ref.how == "single" else None
    turns = path.attr == (frame.name if frame.source == "attr" else frame.facing)
    if turns and owner == shape.actor and owner is not None:
        return POOR
    if path.attr in shape.names.values() and (owner is None or shape.names.get(owner) == path.attr):
        return POOR
    some = rows[:: max(1, len(rows) // 50)] if shape.names else ()
    if any(row.step.before.called(path.value(row)[1]) is not None for row in some):
        return POOR
    if path.entry is not None:
        return 0.0 if _tells_kinds(shape, rows, path) else LESS
    return STAYS if path.ref == SELF and path.attr != "type" and (kind or "", path.attr) not in shape.fickle else 0.0


def _tells_kinds(shape: Shape, rows: Sequence[Row], path: Path) -> bool:
    """Whether an entry of a record names types."""
    values = {value for there, value in (path.value(row) for row in rows) if there and isinstance(value, str)}
    return bool(values) and values <= set(shape.types)


def _places(view: View, rows: Sequence[Row], kind: str | None, settled: Sequence[str]) -> Iterator[Feature]:
    """What stands at places near the actor and near self."""
    movers = sorted({old.type for row in rows for old, new in row.step.pairs if new is not None and new.pos != old.pos})
    if view.actor is not None:
        yield from _near_actor(view, view.actor, kind, movers)
    if kind is not None:
        yield from _near_self(view, rows, kind, movers, settled)


def _near_actor(view: View, actor: Ref, kind: str | None, movers: Sequence[str]) -> Iterator[Feature]:
    shape, own = view.shape, kind is not None and kind != view.shape.actor
    reach = range(3) if view.frame.table else range(1)
    if own:
        yield from (SelfAt(Place(actor, far)) for far in reach)
    for far in reach if not own else (0,):
        yield Content(Place(actor, far), shape)
        if kind == shape.actor and not view.early:
            yield Content(Place(actor, far), shape, middle=True)
    if view.frame.table:
        yield from (Content(Place(actor, 1, through=mover), shape) for mover in movers if mover != shape.actor)
        if own and kind in movers:
            yield InRow(actor)


def _near_self(
    view: View, rows: Sequence[Row], kind: str, movers: Sequence[str], settled: Sequence[str]
) -> Iterator[Feature]:
    own, (ux, uy) = kind != view.shape.actor, view.shape.unit
    spots = [Place(SELF, far) for far in ((0, 1, 2) if view.frame.table else (0,))] if own else []
    for number, way in enumerate(view.ways, 1):
        if _applies(way, rows):
            spots += [Place(ref, 1, way=number) for ref in dict.fromkeys((SELF, way.path.ref))]
    if view.shape.place is not None:
        spots += [Place(SELF, offset=offset) for offset in ((0, uy), (0, -uy), (ux, 0), (-ux, 0))]
    for spot in spots:
        yield Content(spot, view.shape)
        if own and kind in movers and (spot.offset is not None or spot.far):
            yield Content(spot, view.shape, middle=True, settled=tuple(settled))


def _applies(way: Way, rows: Sequence[Row]) -> bool:
    return any(way.vector(row) is not None for row in rows)


def attribute_paths(shape: Shape, rows: Sequence[Row], refs: Sequence[Ref]) -> list[Path]:
    """The attributes of what the references name, nested entries of the near ones too."""
    paths: list[Path] = []
    for ref in refs:
        names: dict[str, None] = {}
        entries: dict[str, set[str]] = {}
        kinds: set[str] = set()
        for row in rows:
            thing = ref.thing(row)
            if thing is None:
                continue
            kinds.add(thing.type)
            for name, value in thing.attrs.items():
                names.setdefault(name)
                if isinstance(value, FrozenMap):
                    entries.setdefault(name, set()).update(value)
        if len(kinds) > 1 and ref.how != "at":
            paths.append(Path(ref, "type"))
        for name in sorted(names):
            paths.append(Path(ref, name))
            paths += [Path(ref, name, entry) for entry in sorted(entries.get(name, ()))]
    return paths


def _thresholds(paths: Sequence[Path], rows: Sequence[Row]) -> list[Feature]:
    found: list[Feature] = []
    for path in paths:
        every = [path.value(row) for row in rows]
        values = {value for there, value in every if there and type(value) is int}
        if 2 < len(values) <= 64:
            sure = all(type(value) is int for _, value in every) and path.ref.how in {"self", "single"}
            found.append(AtLeast(path, tuple(sorted(values))[1:], sure))
    return found


def comparisons(shape: Shape, paths: Sequence[Path], rows: Sequence[Row]) -> list[Feature]:
    """Equalities of values and comparisons of numbers, between paths that have values in common or may compare."""
    symbols: dict[Path, set[Value]] = {}
    numbers: dict[Path, set[int]] = {}
    for path in paths:
        for row in rows:
            there, value = path.value(row)
            if there and type(value) is int:
                numbers.setdefault(path, set()).add(value)
            elif there and isinstance(value, str):
                symbols.setdefault(path, set()).add(value)
    apart = ((a, b) for a, b in combinations(symbols, 2) if a.ref != b.ref or a.ref.how == "self")
    found: list[Feature] = [Equal(a, b) for a, b in apart if symbols[a] & symbols[b]]
    every = [path for path, values in numbers.items() if len(values) > 2]
    sure = {p for p in every if p.ref.how in {"self", "single"} and all(type(p.value(row)[1]) is int for row in rows)}
    found += [
        Exceeds(a, b, {a, b} <= sure) for a in every for b in every if a != b and not (a.ref.how == b.ref.how == "at")
    ]
    found += [Equal(a, b) for i, a in enumerate(every) for b in every[i + 1 :] if numbers[a] & numbers[b]]
    return sorted(found, key=lambda f: f.cost(True, True))[:MOST_PAIRS]
