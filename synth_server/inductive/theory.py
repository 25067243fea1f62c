"""Learning the dynamics: for every slot that ever changes, rules of condition and effect."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.runtime.values import FrozenMap, Value, same
from synth_server.inductive.effects import UNKNOWN, Effect, Slot, agrees, effects_for
from synth_server.inductive.features import ActionName, Feature, Path, Place, Row, features_for, masks, rows_of
from synth_server.inductive.frames import Frame, find_frame
from synth_server.inductive.rules import Conjunction, Literal, cover, literals
from synth_server.inductive.scene import Shape, Step, Thing

CONTENDERS = 5  # effects whose conditions are searched before one is chosen


@dataclass(frozen=True)
class Rule:
    """If ``when`` holds, the slot takes what ``effect`` gives; ``support`` rows showed it."""

    slot: Slot
    when: Conjunction
    effect: Effect
    support: int


@dataclass(frozen=True)
class Body:
    """How a created thing is made: its type (a constant, or a path that holds it), its place, its attributes."""

    kind: str
    kind_from: Path | None
    place: Place | None
    constants: tuple[tuple[str, Value], ...]
    copies: tuple[tuple[str, Path], ...]


@dataclass(frozen=True)
class Creation:
    """If ``when`` holds, a thing comes into being."""

    when: Conjunction
    body: Body
    support: int


@dataclass(frozen=True)
class Theory:
    """What was learned of the dynamics. ``missed`` counts changes that no rule explains."""

    shape: Shape
    frame: Frame
    rules: tuple[Rule, ...]
    creations: tuple[Creation, ...]
    missed: int


def learn(shape: Shape, steps: Sequence[Step]) -> Theory:
    """The rules of the dynamics that the steps show."""
    frame = find_frame(shape, steps)
    rules: list[Rule] = []
    missed = 0
    for slot in sorted(_slots(shape, steps), key=lambda slot: _order(shape, slot)):
        found, left = _learn_slot(shape, frame, steps, slot)
        rules += found
        missed += left
    creations, left = _learn_creations(shape, frame, steps)
    return Theory(shape, frame, tuple(rules), tuple(creations), missed + left)


def _slots(shape: Shape, steps: Sequence[Step]) -> set[Slot]:
    found: set[Slot] = set()
    for step in steps:
        for old, new in step.pairs:
            if new is None:
                found.add(Slot(old.type, "gone"))
            elif old.digest != new.digest:
                if old.pos != new.pos:
                    found.add(Slot(old.type, "place"))
                found.update(
                    Slot(old.type, "attr", name)
                    for name in set(old.attrs) | set(new.attrs)
                    if not same(old.attrs.get(name), new.attrs.get(name)) and not _is_place(shape, name, old, new)
                )
    return found


def _is_place(shape: Shape, name: str, old: Thing, new: Thing) -> bool:
    return shape.place is not None and name in shape.place and (old.pos is not None or new.pos is not None)


def _order(shape: Shape, slot: Slot) -> tuple[bool, int, str, str]:
    """Others before the actor, whose place comes last: it meets a world that has changed already."""
    return (slot.kind == shape.actor, ("attr", "gone", "place").index(slot.part), slot.kind, slot.attr)


def _learn_slot(shape: Shape, frame: Frame, steps: Sequence[Step], slot: Slot) -> tuple[list[Rule], int]:
    rows = [row for row in rows_of(shape, frame, steps, slot.kind) if slot.then(row) is not UNKNOWN]
    changed = sum(1 << i for i, row in enumerate(rows) if not same(slot.now(row), slot.then(row)))
    effects = effects_for(shape, frame, slot, [row for i, row in enumerate(rows) if changed >> i & 1])
    outcomes = [_outcome(effect, slot, rows) for effect in effects]
    rules: list[Rule] = []
    left = changed
    hopeless: set[int] = set()
    while left:
        ranked = sorted(
            (effect.cost - 2.0 * (right & left).bit_count(), i)
            for i, (effect, (right, _)) in enumerate(zip(effects, outcomes, strict=True))
            if i not in hopeless and right & left
        )
        trials = [(i, *_try(shape, frame, rows, slot, outcomes[i], changed, left)) for _, i in ranked[:CONTENDERS]]
        if not trials:
            break
        chosen, found, covered = max(trials, key=lambda trial: (_worth(trial, effects), -trial[0]))
        hopeless.add(chosen)
        wanted = outcomes[chosen][0] & changed
        rules += [Rule(slot, when, effects[chosen], (mask & wanted).bit_count()) for when, mask in found]
        left &= ~covered
    return rules, left.bit_count()


Found = list[tuple[Conjunction, int]]


def _try(
    shape: Shape, frame: Frame, rows: Sequence[Row], slot: Slot, outcome: tuple[int, int], changed: int, left: int
) -> tuple[Found, int]:
    """Conditions for an effect, and the rows that they explain."""
    right, wrong = outcome
    wanted = right & changed
    features = _features(shape, frame, rows, slot.kind, wanted, wrong)
    found, remaining = _conditions(features, rows, wanted & left, wrong)
    return found, wanted & left & ~remaining


def _worth(trial: tuple[int, Found, int], effects: Sequence[Effect]) -> float:
    """What an effect with its conditions explains, less what it takes to say it."""
    chosen, found, covered = trial
    price = sum(effects[chosen].cost + sum(t.feature.cost(t.token, t.positive) for t in when) for when, _ in found)
    return covered.bit_count() * 2.0 - price - 2.0 * max(0, len(found) - 1)


def _outcome(effect: Effect, slot: Slot, rows: Sequence[Row]) -> tuple[int, int]:
    """The rows in which the effect gives what came, and those in which it gives something else."""
    right = wrong = 0
    for i, row in enumerate(rows):
        if effect.value(row) is UNKNOWN:
            continue
        if agrees(effect, slot, row):
            right |= 1 << i
        else:
            wrong |= 1 << i
    return right, wrong


def _features(
    shape: Shape, frame: Frame, rows: Sequence[Row], kind: str | None, wanted: int, unwanted: int
) -> list[Feature]:
    seen = frozenset(row.step.action.name for i, row in enumerate(rows) if wanted >> i & 1)
    missed = frozenset(row.step.action.name for i, row in enumerate(rows) if unwanted >> i & 1) - seen
    return features_for(shape, frame, rows, kind, (seen, missed))


def _conditions(
    features: Sequence[Feature], rows: Sequence[Row], wanted: int, unwanted: int
) -> tuple[list[tuple[Conjunction, int]], int]:
    """Conjunctions with the rows that they cover, and the wanted rows that none covers."""
    choices = literals(features, masks(features, rows), len(rows))
    found, left = cover(wanted, unwanted, choices)
    holds_in = {choice.literal: choice.mask for choice in choices}
    return [_relaxed(when, rows, unwanted, holds_in) for when in found], left


def _relaxed(
    when: Conjunction, rows: Sequence[Row], unwanted: int, holds_in: dict[Literal, int]
) -> tuple[Conjunction, int]:
    """The conjunction with a set of actions widened as far as the data allow, and the rows in which it holds.

    Whatever action no row speaks against is hoped to work too; what was hoped in vain comes back as a row.
    """
    full = (1 << len(rows)) - 1
    terms: list[Literal] = []
    for literal in when:
        if isinstance(literal.token, frozenset):
            wrong = unwanted
            for other in when:
                wrong &= holds_in[other] if other is not literal else full
            against = frozenset(row.step.action.name for i, row in enumerate(rows) if wrong >> i & 1)
            if len(against) > 1:
                terms.append(Literal(ActionName((against,)), against, positive=False))
            else:
                terms += [Literal(ActionName(), name, positive=False) for name in against]
        else:
            terms.append(literal)
    mask = full
    for literal in terms:
        known = holds_in.get(literal)
        if known is None:
            known = sum(1 << i for i, row in enumerate(rows) if _holds(literal, row))
        mask &= known
    return tuple(terms), mask


def _holds(literal: Literal, row: Row) -> bool:
    return (literal.token in set(literal.feature.tokens(row))) is literal.positive


def _learn_creations(shape: Shape, frame: Frame, steps: Sequence[Step]) -> tuple[list[Creation], int]:
    rows = rows_of(shape, frame, steps, None)
    left = {(i, thing.digest): (row, thing) for i, row in enumerate(rows) for thing in row.step.created}
    creations: list[Creation] = []
    tried: set[Body] = set()
    while left:
        votes: dict[Body, int] = {}
        for row, thing in left.values():
            for body in _bodies(shape, row, thing):
                if body not in tried:
                    votes[body] = votes.get(body, 0) + 1
        if not votes:
            break
        body = max(votes, key=lambda b: (votes[b] * 2.0 - _body_cost(b), repr(b)))
        tried.add(body)
        made = [_made_as(shape, body, row) for row in rows]
        wanted = sum(1 << i for i, digest in enumerate(made) if (i, digest) in left)
        unwanted = sum(
            1 << i
            for i, mark in enumerate(made)
            if mark is not None and all(thing.digest != mark for thing in rows[i].step.created)
        )
        features = _features(shape, frame, rows, None, wanted, unwanted)
        found, remaining = _conditions(features, rows, wanted, unwanted)
        creations += [Creation(when, body, (mask & wanted).bit_count()) for when, mask in found]
        for i, mark in enumerate(made):
            if wanted >> i & 1 and not remaining >> i & 1 and mark is not None:
                left.pop((i, mark), None)
    return creations, len(left)


def _body_cost(body: Body) -> float:
    return 1.0 * len(body.constants) + 0.4 * len(body.copies) + (0.3 if body.kind_from else 0.0) + _place_cost(body)


def _place_cost(body: Body) -> float:
    return body.place.cost if body.place else 0.0


def _bodies(shape: Shape, row: Row, thing: Thing) -> Iterator[Body]:
    """The ways in which this thing may have been made here: from constants, and from a record that something held."""
    spots: list[Place | None] = [None]
    if thing.pos is not None:
        spots = [place for place in (Place("actor", far) for far in range(3)) if place.point(row) == thing.pos]
    plain = {n: v for n, v in thing.attrs.items() if thing.pos is None or n not in (shape.place or ())}
    for spot in spots:
        yield Body(thing.type, None, spot, tuple(sorted(plain.items(), key=repr)), ())
        for single in shape.singles:
            held = row.step.before.single(single)
            for attr, value in sorted((held.attrs if held else {}).items()):
                if isinstance(value, FrozenMap):
                    yield from _from_record(thing, plain, spot, Path(single, attr), value)


def _from_record(
    thing: Thing, plain: dict[str, Value], spot: Place | None, path: Path, record: FrozenMap
) -> Iterator[Body]:
    copies = tuple(
        (name, Path(path.owner, path.attr, name))
        for name in sorted(plain)
        if name in record and same(record[name], plain[name])
    )
    taken = {name for name, _ in copies}
    rest = tuple((name, plain[name]) for name in sorted(plain) if name not in taken)
    if copies:
        yield Body(thing.type, None, spot, rest, copies)
    for key in sorted(record):
        if record[key] == thing.type and key not in plain:
            yield Body("", Path(path.owner, path.attr, key), spot, rest, copies)


def _made_as(shape: Shape, body: Body, row: Row) -> int | None:
    """The digest of what the body would make in this row, or None where it cannot."""
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
