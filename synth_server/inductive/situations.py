"""Situations: what an action met, as far as the learned rules could depend on it. One never seen is uncertain."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sandbox.runtime.values import FrozenMap, Value
from synth_server.inductive.bounds import Shown, Tally
from synth_server.inductive.features import ActionName, Attribute, Content, Equal, Exceeds, Feature, IsSelf, SelfAt
from synth_server.inductive.frames import families_of
from synth_server.inductive.parts import Write
from synth_server.inductive.refs import SELF, Path, Place, Ref, Row, rows_of
from synth_server.inductive.rules import Conjunction
from synth_server.inductive.scene import Scene, Step, Thing
from synth_server.inductive.theory import Theory
from synth_server.inductive.versions import Version, versions

FEW = 9  # numbers from here on are not told apart
STALE = 12  # rows after which it would have shown if something mattered
SIDES = ((1, 0), (0, 1), (-1, 0), (0, -1))
MOST_EXTRAS = 6
SURE = 3  # cases of a rule from which on what it asks for is no longer in doubt

Words = tuple[Value | tuple[Value, ...] | tuple[tuple[Value, ...], ...], ...]


@dataclass(frozen=True)
class Situations:
    """What distinguishes situations, and those seen: by what acts and is acted on, by what is met.

    ``telling`` are the attributes, by type, that change in the data and are no places or directions, and those of which
    a rule of few cases asks for a value; ``pushed`` the types behind which a second look is taken; ``others`` further
    things, and ``relations`` comparisons, that rules look at; ``links`` attributes whose values name things, which are
    not told apart. ``untried`` are the actions that were not taken in a situation in which others were; ``values``
    those that things had which an action met, by action, type and attribute. ``stale`` are types on which the actor
    stood so often that it would have shown if that mattered; ``around`` says that what stands beside the actor is told
    apart for actions without a direction; ``shown`` which parts situations had when an action did what; ``versions``
    what is open about actions with a schema; ``kinds`` all types.
    """

    telling: Mapping[str, tuple[str, ...]]
    pushed: tuple[str, ...]
    others: tuple[Ref, ...]
    relations: tuple[Feature, ...]
    links: tuple[str, ...]
    actions: tuple[str, ...]
    untried: Mapping[Words, Mapping[Words, Sequence[str | bool]]]
    values: Mapping[tuple[str, str, str], Sequence[Value]]
    stale: tuple[str, ...] = ()
    around: bool = True
    shown: Shown = field(default_factory=dict)
    versions: tuple[Version, ...] = ()
    kinds: tuple[str, ...] = ()


def gather(theory: Theory, steps: Sequence[Step]) -> Situations:
    """The situations of all steps."""
    shape, frame = theory.shape, theory.frame
    telling: dict[str, set[str]] = {}
    for rule in theory.rules:
        turning = rule.slot.kind == shape.actor and rule.slot.attr in {frame.name, frame.facing}
        if rule.slot.part == "attr" and not turning:
            telling.setdefault(rule.slot.kind, set()).add(rule.slot.attr)
    for kind, attr in (*_written(theory), *_guessed(theory)):
        telling.setdefault(kind, set()).add(attr)
    kept = {kind: tuple(sorted(attrs)) for kind, attrs in sorted(telling.items())}
    pushed = tuple(sorted({r.slot.kind for r in theory.rules if r.slot.part == "place" and r.slot.kind != shape.actor}))
    empty = Situations(kept, pushed, _others(theory), _relations(theory), _links(theory, kept, steps), (), {}, {})
    kinds = tuple(sorted(shape.types))
    empty = replace(empty, stale=_stale(theory, steps), around=_looks_around(theory, steps), kinds=kinds)
    seen: dict[Words, dict[Words, set[str]]] = {}
    names: dict[int, set[str]] = {}  # by number of arguments
    values: dict[tuple[str, str, str], dict[str, Value]] = {}
    tally, alike = Tally(), _alike(theory)
    for row in rows_of(theory.view, steps, None):
        head, body = _describe(theory, empty, row)
        action = row.step.action
        names.setdefault(len(action.args), set()).add(action.name)
        seen.setdefault(head, {}).setdefault(body, set()).update(alike.get(action.name, (action.name,)))
        tally.note(row.step, (*head, *body))
        for thing in _things_met(theory, row):
            for attr, value in thing.attrs.items():
                if attr not in (shape.place or ()) and attr != shape.names.get(thing.type):
                    told = note(value, shape.types)
                    values.setdefault((row.step.action.name, thing.type, attr), {})[repr(told)] = told
    return replace(
        empty,
        actions=tuple(sorted(set().union(*names.values()))),
        untried={head: _untried(seen[head], names) for head in sorted(seen, key=repr)},
        values={key: [values[key][text] for text in sorted(values[key])] for key in sorted(values)},
        shown=tally.shown(),
        versions=versions(theory, steps),
    )


def _alike(theory: Theory) -> dict[str, frozenset[str]]:
    """For an action with a direction those that differ in that alone: no rule tells them apart.

    What was seen of one, in a situation told by what stands here, ahead and behind, is taken to be seen of all.
    """
    told = [literal for when in _conditions(theory) for literal in when if isinstance(literal.feature, ActionName)]
    tokens = [literal.token for literal in told]
    found: dict[str, frozenset[str]] = {}
    for family in families_of(theory.frame):
        groups: dict[tuple[bool, ...], set[str]] = {}
        for name in sorted(family):
            asked = tuple(name in token if isinstance(token, frozenset) else name == token for token in tokens)
            groups.setdefault(asked, set()).add(name)
        found.update({name: frozenset(group) for group in groups.values() for name in group})
    return found


def _stale(theory: Theory, steps: Sequence[Step]) -> tuple[str, ...]:
    """The types on which the actor stood often, that no rule looks for there, and that never changed meanwhile."""
    actor, looked = theory.view.actor, set[str]()
    for literal in (literal for when in _conditions(theory) for literal in when):
        path = getattr(literal.feature, "path", None)
        place = getattr(literal.feature, "place", path.ref.place if isinstance(path, Path) else None)
        if isinstance(literal.feature, SelfAt | Content) and place == Place(actor or SELF):
            looked |= set(theory.shape.types)
    if actor is None or any(isinstance(f, Equal | Exceeds) for when in _conditions(theory) for f in _features(when)):
        return ()
    stood: Counter[str] = Counter()
    for step in steps:
        here = step.before.single(actor.name)
        stood.update({t.type for t in step.before.at.get(here.pos, ()) if t is not here} if here and here.pos else ())
    changing = {rule.slot.kind for rule in theory.rules}
    return tuple(sorted(k for k, n in stood.items() if n >= STALE and k not in looked and k not in changing))


def _features(when: Conjunction) -> list[Feature]:
    return [literal.feature for literal in when]


def _looks_around(theory: Theory, steps: Sequence[Step]) -> bool:
    """Whether an action without a direction was seldom taken, or did something."""
    taken: Counter[str] = Counter()
    for step in steps:
        if theory.frame.vector(theory.shape, step.before, step.action) is None:
            taken[step.action.name] += 1 if step.before is step.after else -STALE
    return any(count < STALE for count in taken.values())


def _untried(seen: Mapping[Words, set[str]], names: Mapping[int, set[str]]) -> dict[Words, list[str | bool]]:
    """For each situation the actions not taken in it, of those that take as many arguments.

    Where these are the more, True and those that were taken.
    """
    takers = next(taking for taking in names.values() if any(tried & taking for tried in seen.values()))
    untried: dict[Words, list[str | bool]] = {}
    for body in sorted(seen, key=repr):
        left = sorted(takers - seen[body])
        untried[body] = [True, *sorted(seen[body])] if len(left) > len(seen[body]) + 1 else [*left]
    return untried


def _things_met(theory: Theory, row: Row) -> Iterator[Thing]:
    """What the action's arguments name, what the actor stands on, and what it has ahead."""
    scene = row.step.before
    named = (scene.called(arg) for arg in row.step.action.args)
    yield from (thing for thing in named if thing is not None)
    if row.actor is not None and row.actor.pos is not None:
        (x, y), way = row.actor.pos, row.vector or (0, 0)
        for place in dict.fromkeys([(x, y), (x + way[0], y + way[1])]):
            yield from (thing for thing in scene.at.get(place, ()) if thing is not row.actor)


def _links(theory: Theory, telling: Mapping[str, tuple[str, ...]], steps: Sequence[Step]) -> tuple[str, ...]:
    """The telling attributes that hold nothing but names of things."""
    values: dict[str, set[tuple[bool, bool]]] = {}
    for step in steps if theory.shape.names else ():
        for thing in step.before.things:
            for attr in telling.get(thing.type, ()):
                value = thing.attrs.get(attr)
                values.setdefault(attr, set()).add((value is None, step.before.called(value) is not None))
    return tuple(sorted(attr for attr, kinds in values.items() if kinds <= {(True, False), (False, True)}))


def _others(theory: Theory) -> tuple[Ref, ...]:
    """The things that rules look at, besides self, the actor, arguments and what stands near."""
    found: dict[Ref, None] = {}
    for when in _conditions(theory):
        for literal in when:
            path = getattr(literal.feature, "path", None)
            ref = path.ref if isinstance(path, Path) else getattr(literal.feature, "ref", None)
            if isinstance(ref, Ref) and ref.how in {"single", "link", "twin"} and not ref.mine():
                found.setdefault(ref)
    return tuple(ref for ref in found if ref != theory.view.actor)[:MOST_EXTRAS]


def _relations(theory: Theory) -> tuple[Feature, ...]:
    """The comparisons that rules make, self said by what the rule says it is."""
    found: dict[Feature, None] = {}
    for when in _conditions(theory):
        me = _who(when)
        for literal in when:
            if isinstance(literal.feature, Equal | Exceeds):
                left, right = (_said(path, me) for path in (literal.feature.left, literal.feature.right))
                if left is not None and right is not None:
                    found.setdefault(
                        Equal(left, right) if isinstance(literal.feature, Equal) else Exceeds(left, right, False)
                    )
    return tuple(found)[:MOST_EXTRAS]


def _conditions(theory: Theory) -> Iterator[Conjunction]:
    yield from (rule.when for rule in theory.rules)
    yield from (creation.when for creation in theory.creations)
    for schema in theory.schemas:
        yield from ((*schema.needs, *branch.when) for branch in schema.branches)


def _written(theory: Theory) -> Iterator[tuple[str, str]]:
    """The attributes that actions with a schema change, by type."""
    parts = (part for schema in theory.schemas for branch in schema.branches for part in branch.parts)
    for attr in (part.slot.attr for part in parts if isinstance(part, Write)):
        yield from ((kind, attr) for kind in theory.shape.types if (kind, attr) in theory.shape.fickle)


def _guessed(theory: Theory) -> Iterator[tuple[str, str]]:
    """The attributes, by type, of which rules of few cases ask for a value: it may have been so by chance."""
    for rule in theory.rules:
        for literal in rule.when if 0 < rule.support < SURE else ():
            feature, token = literal.feature, literal.token
            if isinstance(feature, Attribute) and feature.path.ref == SELF and feature.path.entry is None:
                if isinstance(token, tuple) and token[0] == "is" and feature.path.attr != "type":
                    yield rule.slot.kind, feature.path.attr
            elif isinstance(feature, Content) and isinstance(token, tuple) and len(token) > 1:
                yield token[0], token[1]


def _who(when: Conjunction) -> Ref | None:
    """What self is, seen from the actor or an argument."""
    for literal in when:
        if literal.positive and isinstance(literal.feature, IsSelf):
            return literal.feature.ref
        if literal.positive and isinstance(literal.feature, SelfAt):
            return Ref("at", place=literal.feature.place)
    return None


def _said(path: Path, me: Ref | None) -> Path | None:
    if path.ref.how == "self":
        return replace(path, ref=me) if me is not None else None
    return None if path.ref.mine() else path


def _describe(theory: Theory, situations: Situations, row: Row) -> tuple[Words, Words]:
    """Who acts on what, and what is met; the emitted program says the same."""
    scene, action = row.step.before, row.step.action
    head: list[Value | tuple[Value, ...]] = []
    for arg in action.args:
        named = scene.called(arg)
        head.append(_thing(named, situations) if named is not None else note(arg, situations.kinds))
    for ref in situations.others:
        other = ref.thing(row)
        head.append(_thing(other, situations) if other is not None else None)
    head += [any(feature.tokens(row)) for feature in situations.relations]
    if row.actor is None:
        return tuple(head), ()
    head.append(_thing(row.actor, situations))
    return tuple(head), tuple(_met(theory, situations, row, row.actor))


def _met(theory: Theory, situations: Situations, row: Row, actor: Thing) -> Iterator[tuple[tuple[Value, ...], ...]]:
    if actor.pos is None or theory.shape.place is None:
        return
    scene, (x, y) = row.step.before, actor.pos
    yield _crowd(scene, actor, (x, y), situations, situations.stale)
    way = row.vector
    if way is None:
        if theory.frame.table and situations.around:
            ux, uy = theory.shape.unit
            around = [scene.at.get((x + dx * ux, y + dy * uy), ()) for dx, dy in SIDES]
            yield tuple((kind,) for kind in ("around", *sorted({t.type for things in around for t in things})))
        return
    yield _crowd(scene, actor, (x + way[0], y + way[1]), situations)
    if any(thing.type in situations.pushed for thing in scene.at.get((x + way[0], y + way[1]), ())):
        yield _crowd(scene, actor, (x + 2 * way[0], y + 2 * way[1]), situations)


def _crowd(
    scene: Scene, actor: Thing, place: tuple[int, int], situations: Situations, stale: Sequence[str] = ()
) -> tuple[tuple[Value, ...], ...]:
    things = (t for t in scene.at.get(place, ()) if t is not actor and t.type not in stale)
    return tuple(sorted((_thing(t, situations) for t in things), key=str))


def _thing(thing: Thing, situations: Situations) -> tuple[Value, ...]:
    notes: list[Value] = []
    for attr in situations.telling.get(thing.type, ()):
        value = thing.attrs.get(attr)
        notes.append(value is not None if attr in situations.links else note(value, situations.kinds))
    return (thing.type, *notes)


def note(value: Value, kinds: Collection[str]) -> Value:
    """A value as far as it is told apart: of a record the type of what it tells of, of large numbers that they are."""
    if isinstance(value, FrozenMap):
        return min((told for told in value.values() if isinstance(told, str) and told in kinds), default=True)
    if isinstance(value, tuple):
        return True
    many = type(value) is not bool and isinstance(value, int | float) and not -FEW < value < FEW
    return "many" if many else value
