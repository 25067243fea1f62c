"""What comes into being: from constants, and from records that something held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.runtime.values import FrozenMap, Value, same
from synth_server.inductive.conditions import conditions
from synth_server.inductive.evidence import Evidence, bits
from synth_server.inductive.language import features_for
from synth_server.inductive.refs import Path, Place, Ref, Row, View, rows_of
from synth_server.inductive.rules import Conjunction
from synth_server.inductive.scene import Shape, Step, Thing


@dataclass(frozen=True)
class Body:
    """How a created thing is made: its type (a constant, or a path that holds it), its place, its attributes.

    With ``whole``, all that the record at this path has besides the type.
    """

    kind: str
    kind_from: Path | None
    place: Place | None
    constants: tuple[tuple[str, Value], ...]
    copies: tuple[tuple[str, Path], ...]
    whole: Path | None = None


@dataclass(frozen=True)
class Creation:
    """If ``when`` holds, a thing comes into being."""

    when: Conjunction
    body: Body
    support: int


def learn_creations(view: View, steps: Sequence[Step]) -> tuple[list[Creation], int]:
    """The rules of what comes into being, and how many that came they do not explain."""
    if not any(step.created for step in steps):
        return [], 0
    rows = rows_of(view, steps, None)
    evidence = Evidence(view, rows, features_for(view, rows, None, ()))
    left = {(i, thing.digest): (row, thing) for i, row in enumerate(rows) for thing in row.step.created}
    creations: list[Creation] = []
    tried: set[Body] = set()
    while left:
        votes: dict[Body, int] = {}
        for row, thing in left.values():
            for body in _bodies(view, row, thing):
                if body not in tried:
                    votes[body] = votes.get(body, 0) + 1
        if not votes:
            break
        body = max(votes, key=lambda b: (votes[b] * 2.0 - _body_cost(b), repr(b)))
        tried.add(body)
        made = [made_as(view.shape, body, row) for row in rows]
        wanted = bits([i for i, digest in enumerate(made) if (i, digest) in left])
        unwanted = bits(
            [
                i
                for i, mark in enumerate(made)
                if mark is not None and all(thing.digest != mark for thing in rows[i].step.created)
            ]
        )
        found, remaining = conditions(evidence, wanted, unwanted)
        creations += [Creation(when, body, (mask & wanted).bit_count()) for when, mask in found]
        for i, mark in enumerate(made):
            if wanted >> i & 1 and not remaining >> i & 1 and mark is not None:
                left.pop((i, mark), None)
    return creations, len(left)


def _body_cost(body: Body) -> float:
    kind = 0.0 if body.whole else 0.3
    return 1.0 * len(body.constants) + 0.4 * len(body.copies) + kind + _place_cost(body)


def _place_cost(body: Body) -> float:
    return body.place.cost if body.place else 0.0


def _bodies(view: View, row: Row, thing: Thing) -> Iterator[Body]:
    """The ways in which this thing may have been made here: from constants, and from a record that something held."""
    shape, actor = view.shape, view.actor
    spots: list[Place | None] = [None]
    if thing.pos is not None:
        near = [Place(actor, far) for far in range(3)] if actor is not None else []
        near += [Place(Ref("single", single)) for single in shape.singles if single != shape.actor]
        near += [Place(Ref("arg", index=i)) for i in range(len(row.step.action.args)) if shape.names]
        spots = [place for place in near if place.point(row) == thing.pos]
    plain = {n: v for n, v in thing.attrs.items() if thing.pos is None or n not in (shape.place or ())}
    refs = [Ref("single", single) for single in shape.singles]
    if actor is not None and shape.place is not None:
        refs.append(Ref("at", place=Place(actor, 1)))
    for spot in spots:
        yield Body(thing.type, None, spot, tuple(sorted(plain.items(), key=repr)), ())
        for ref in refs:
            held = ref.thing(row)
            for attr, value in sorted((held.attrs if held else {}).items()):
                if isinstance(value, FrozenMap):
                    yield from _from_record(thing, plain, spot, Path(ref, attr), value)


def _from_record(
    thing: Thing, plain: dict[str, Value], spot: Place | None, path: Path, record: FrozenMap
) -> Iterator[Body]:
    copies = tuple(
        (name, Path(path.ref, path.attr, name))
        for name in sorted(plain)
        if name in record and same(record[name], plain[name])
    )
    taken = {name for name, _ in copies}
    rest = tuple((name, plain[name]) for name in sorted(plain) if name not in taken)
    if copies:
        yield Body(thing.type, None, spot, rest, copies)
    for key in sorted(record):
        if record[key] == thing.type and key not in plain:
            yield Body("", Path(path.ref, path.attr, key), spot, rest, copies)
            if len(record) == len(copies) + 1 and not rest:
                yield Body("", Path(path.ref, path.attr, key), spot, (), (), whole=path)


def made_as(shape: Shape, body: Body, row: Row) -> int | None:
    """The digest of what the body makes in this row, 0 if no such thing came to be, None where it cannot make one."""
    made = build_thing(shape, body, row)
    if made is None:
        return None
    kind, attrs = made
    for thing in row.step.created:
        if thing.type == kind and set(thing.attrs) == set(attrs) and all(same(thing.attrs[n], attrs[n]) for n in attrs):
            return thing.digest
    return 0


def build_thing(shape: Shape, body: Body, row: Row) -> tuple[str, dict[str, Value]] | None:
    """Type and attributes of what the body makes in this row, or None where it cannot."""
    kind = body.kind
    if body.kind_from is not None:
        there, value = body.kind_from.value(row)
        if not there or not isinstance(value, str):
            return None
        kind = value
    attrs = dict(body.constants)
    if body.whole is not None:
        there, record = body.whole.value(row)
        if not isinstance(record, FrozenMap) or body.kind_from is None:
            return None
        attrs |= {name: value for name, value in record.items() if name != body.kind_from.entry}
    for name, path in body.copies:
        there, value = path.value(row)
        if not there:
            return None
        attrs[name] = value
    if body.place is not None and shape.place is not None:
        point = body.place.point(row)
        if point is None:
            return None
        attrs[shape.place[0]], attrs[shape.place[1]] = point
    return kind, attrs
