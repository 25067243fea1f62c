"""Learning the dynamics: for every slot that ever changes, rules of condition and effect."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sandbox.runtime.values import FrozenMap, Value, same
from synth_server.inductive.blocking import price, told
from synth_server.inductive.candidates import effects_for
from synth_server.inductive.effects import UNKNOWN, Effect, Slot
from synth_server.inductive.evidence import Evidence, bits
from synth_server.inductive.exclusion import company, with_blockers
from synth_server.inductive.features import ActionName, InRow, SelfAt
from synth_server.inductive.frames import Frame, find_frame
from synth_server.inductive.language import features_for
from synth_server.inductive.refs import Path, Place, Ref, Row, View, rows_of
from synth_server.inductive.rules import Conjunction, Literal, cover
from synth_server.inductive.scene import Point, Shape, Step, Thing
from synth_server.inductive.surprise import specialised
from synth_server.inductive.ways import find_ways

OFTEN = 6  # rows with an action after which nobody hopes that it might do what others do
RULE, MISSED = 2.0, 5.0  # the price of a rule besides its parts, and of a change that no rule explains
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

    view: View
    rules: tuple[Rule, ...]
    creations: tuple[Creation, ...]
    missed: int

    @property
    def shape(self) -> Shape:
        """What was found out about the data as a whole."""
        return self.view.shape

    @property
    def frame(self) -> Frame:
        """The main direction."""
        return self.view.frame


def learn(shape: Shape, steps: Sequence[Step]) -> Theory:
    """The rules of the dynamics that the steps show; the actor changes last, or first where that explains it better."""
    view = View(shape, find_frame(shape, steps))
    view = replace(view, ways=find_ways(view, steps))
    found = _learn(view, steps)
    if shape.actor is not None and (found.missed or any(_by_itself(rule, shape) for rule in found.rules)):
        other = _learn(replace(view, early=True), steps)
        if _length(other) < _length(found):
            return other
    return found


def _by_itself(rule: Rule, shape: Shape) -> bool:
    """Whether a rule lets things that are not the actor move wherever they are."""
    near = any(isinstance(literal.feature, SelfAt | InRow) and literal.positive for literal in rule.when)
    return rule.slot.kind != shape.actor and rule.slot.part == "place" and not near


def _length(theory: Theory) -> float:
    """How much it takes to tell all changes: the rules, and what they miss."""
    return sum(rule.effect.cost + RULE + price(rule.when) for rule in theory.rules) + MISSED * theory.missed


def _learn(view: View, steps: Sequence[Step]) -> Theory:
    slots = sorted(_slots(view.shape, steps), key=lambda slot: _order(view, slot))
    moving = {slot.kind for slot in slots if slot.part == "place"}
    drafts: list[Draft] = []
    missed = 0
    for kind in dict.fromkeys(slot.kind for slot in slots):
        rows = rows_of(view, steps, kind)
        settled = [
            t
            for t in sorted(view.shape.types)
            if t == kind or t not in moving or (view.early and t == view.shape.actor)
        ]
        evidence = Evidence(view, rows, features_for(view, rows, kind, settled))
        for slot in (slot for slot in slots if slot.kind == kind):
            found, left = _learn_slot(view, evidence, slot)
            drafts += found
            missed += left
    rules = _rules(view, steps, drafts)
    creations, left = _learn_creations(view, steps)
    return Theory(view, tuple(rules), tuple(creations), missed + left)


@dataclass(frozen=True)
class Draft:
    """A rule, the rows that it explains (as bits), and what it was learned from."""

    rule: Rule
    hits: int
    evidence: Evidence


def _rules(view: View, steps: Sequence[Step], drafts: Sequence[Draft]) -> list[Rule]:
    """The rules, with what they have to say about things in the way."""
    moves = [draft for draft in drafts if draft.rule.slot.part == "place"]
    told = [(d.rule.slot.kind, d.rule.effect, d.rule.when, d.hits, d.evidence) for d in moves]
    whens = dict(zip(map(id, moves), with_blockers(view, company(steps), told), strict=True)) if moves else {}
    return [replace(draft.rule, when=whens.get(id(draft), draft.rule.when)) for draft in drafts]


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


def _order(view: View, slot: Slot) -> tuple[bool, int, str, str]:
    """Others before the actor, which meets a world that has changed already, its place last; or the actor first."""
    mine = slot.kind == view.shape.actor
    return (mine is not view.early, ("attr", "gone", "place").index(slot.part), slot.kind, slot.attr)


def _learn_slot(view: View, evidence: Evidence, slot: Slot) -> tuple[list[Draft], int]:
    rows = evidence.rows
    then = [slot.then(row) for row in rows]
    changed = sum(1 << i for i, row in enumerate(rows) if then[i] is not UNKNOWN and not same(slot.now(row), then[i]))
    effects = effects_for(view, slot, rows, [row for i, row in enumerate(rows) if changed >> i & 1])
    outcomes = [_outcome(effect, rows, then) for effect in effects]
    rules: list[Draft] = []
    left = changed
    hopeless: set[int] = set()
    while left:
        ranked = sorted(
            (effect.cost - 2.0 * (right & left).bit_count(), i)
            for i, (effect, (right, _)) in enumerate(zip(effects, outcomes, strict=True))
            if i not in hopeless and right & left
        )
        trials = [(i, *_try(evidence, outcomes[i], changed, left)) for _, i in ranked[:CONTENDERS]]
        if not trials:
            break
        chosen, found, covered = max(trials, key=lambda trial: (_worth(trial, effects), -trial[0]))
        hopeless.add(chosen)
        wanted = outcomes[chosen][0] & changed
        for when, mask in found:
            hits = mask & wanted
            rules.append(Draft(Rule(slot, when, effects[chosen], hits.bit_count()), hits, evidence))
        left &= ~covered
    return rules, left.bit_count()


Found = list[tuple[Conjunction, int]]


def _try(evidence: Evidence, outcome: tuple[int, int], changed: int, left: int) -> tuple[Found, int]:
    """Conditions for an effect, and the rows that they explain."""
    right, wrong = outcome
    found, remaining = _conditions(evidence, right & changed & left, wrong)
    return found, right & changed & left & ~remaining


def _worth(trial: tuple[int, Found, int], effects: Sequence[Effect]) -> float:
    """What an effect with its conditions explains, less what it takes to say it."""
    chosen, found, covered = trial
    cost = sum(effects[chosen].cost + price(when) for when, _ in found)
    return covered.bit_count() * 2.0 - cost - 2.0 * max(0, len(found) - 1)


def _outcome(effect: Effect, rows: Sequence[Row], then: Sequence[Value]) -> tuple[int, int]:
    """The rows in which the effect gives what came, and those in which it gives something else."""
    right: list[int] = []
    wrong: list[int] = []
    for i, row in enumerate(rows):
        value = effect.value(row)
        if value is not UNKNOWN and then[i] is not UNKNOWN:
            (right if same(value, then[i]) else wrong).append(i)
    return bits(right), bits(wrong)


def _conditions(evidence: Evidence, wanted: int, unwanted: int) -> tuple[Found, int]:
    """Conjunctions with the rows that they cover, and the wanted rows that none covers."""
    choices = evidence.priced(wanted, unwanted)
    found, left = cover(wanted, unwanted, choices)
    plain = [told(when, evidence.types, unwanted, {t: evidence.mask(t) for t in when}) for when in found]
    relaxed = [_relaxed(when, evidence, wanted, unwanted) for when in plain]
    return [specialised(when, evidence, wanted, choices) for when in relaxed], left


def _relaxed(when: Conjunction, evidence: Evidence, wanted: int, unwanted: int) -> Conjunction:
    """The conjunction with a set of actions widened as far as the data allow.

    Whatever action no row speaks against is hoped to work too, while it was seldom taken or is a direction like others
    (a sibling); what was hoped in vain comes back as a row.
    """
    siblings = evidence.directions()
    for literal in when:
        wanted &= evidence.mask(literal)
    seen = evidence.acted(wanted)
    terms: list[Literal] = []
    for literal in when:
        if isinstance(literal.token, frozenset):
            wrong = unwanted
            for other in when:
                wrong &= evidence.mask(other) if other is not literal else evidence.full
            against = evidence.acted(wrong)
            against |= evidence.tried(OFTEN) - seen - siblings
            against |= _rivals(evidence.view.frame, seen, against)
            if len(against) > 1:
                terms.append(Literal(ActionName((against,)), against, positive=False))
            else:
                terms += [Literal(ActionName(), name, positive=False) for name in sorted(against)]
        else:
            terms.append(literal)
    return tuple(terms)


def _rivals(frame: Frame, with_: frozenset[str], without: frozenset[str]) -> frozenset[str]:
    """The actions that stand to one ``with_`` the effect as, in another direction, one without it does.

    Where two actions lead the same way and one has the effect and the other has not, it is taken to be so in every
    direction.
    """
    groups: dict[Point, set[str]] = {}
    for key, vector in frame.table.items() if frame.source == "action" else ():
        groups.setdefault(vector, set()).add(str(key))
    split = [group for group in groups.values() if group & with_ and group & without]
    if not split or any(len(group & with_) > 1 for group in groups.values()):
        return frozenset()
    return frozenset(name for group in groups.values() if group & with_ for name in group - with_)


def _learn_creations(view: View, steps: Sequence[Step]) -> tuple[list[Creation], int]:
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
        made = [_made_as(view.shape, body, row) for row in rows]
        wanted = bits([i for i, digest in enumerate(made) if (i, digest) in left])
        unwanted = bits(
            [
                i
                for i, mark in enumerate(made)
                if mark is not None and all(thing.digest != mark for thing in rows[i].step.created)
            ]
        )
        found, remaining = _conditions(evidence, wanted, unwanted)
        creations += [Creation(when, body, (mask & wanted).bit_count()) for when, mask in found]
        for i, mark in enumerate(made):
            if wanted >> i & 1 and not remaining >> i & 1 and mark is not None:
                left.pop((i, mark), None)
    return creations, len(left)


def _body_cost(body: Body) -> float:
    return 1.0 * len(body.constants) + 0.4 * len(body.copies) + (0.3 if body.kind_from else 0.0) + _place_cost(body)


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
