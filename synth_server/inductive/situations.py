"""Situations: what an action met, as far as the learned rules could depend on it. One never seen is uncertain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sandbox.runtime.values import FrozenMap, Value
from synth_server.inductive.emit_terms import Names, term
from synth_server.inductive.emit_text import variable
from synth_server.inductive.features import Equal, Exceeds, Feature, IsSelf, SelfAt
from synth_server.inductive.refs import Path, Ref, Row, rows_of
from synth_server.inductive.rules import Conjunction, Literal
from synth_server.inductive.scene import Scene, Step, Thing
from synth_server.inductive.theory import Theory

FEW = 9  # numbers from here on are not told apart
SIDES = ((1, 0), (0, 1), (-1, 0), (0, -1))
MOST_EXTRAS = 6

Words = tuple[Value | tuple[Value, ...] | tuple[tuple[Value, ...], ...], ...]


@dataclass(frozen=True)
class Situations:
    """What distinguishes situations, and those seen: by what acts and is acted on, by what is met.

    ``telling`` are the attributes, by type, that change in the data and are no places or directions; ``pushed`` the
    types behind which a second look is taken; ``others`` further things, and ``relations`` comparisons, that rules
    look at; ``links`` attributes whose values name things, which are not told apart. ``untried`` are the actions that
    were not taken in a situation in which others were; ``values`` those that things had which an action met, by
    action, type and attribute.
    """

    telling: Mapping[str, tuple[str, ...]]
    pushed: tuple[str, ...]
    others: tuple[Ref, ...]
    relations: tuple[Feature, ...]
    links: tuple[str, ...]
    actions: tuple[str, ...]
    untried: Mapping[Words, Mapping[Words, Sequence[str | bool]]]
    values: Mapping[tuple[str, str, str], Sequence[Value]]


def gather(theory: Theory, steps: Sequence[Step]) -> Situations:
    """The situations of all steps."""
    shape, frame = theory.shape, theory.frame
    telling: dict[str, set[str]] = {}
    for rule in theory.rules:
        turning = rule.slot.kind == shape.actor and rule.slot.attr in {frame.name, frame.facing}
        if rule.slot.part == "attr" and not turning:
            telling.setdefault(rule.slot.kind, set()).add(rule.slot.attr)
    kept = {kind: tuple(sorted(attrs)) for kind, attrs in sorted(telling.items())}
    pushed = tuple(sorted({r.slot.kind for r in theory.rules if r.slot.part == "place" and r.slot.kind != shape.actor}))
    empty = Situations(kept, pushed, _others(theory), _relations(theory), _links(theory, kept, steps), (), {}, {})
    seen: dict[Words, dict[Words, set[str]]] = {}
    names: dict[int, set[str]] = {}  # by number of arguments
    values: dict[tuple[str, str, str], dict[str, Value]] = {}
    for row in rows_of(theory.view, steps, None):
        head, body = _describe(theory, empty, row)
        action = row.step.action
        names.setdefault(len(action.args), set()).add(action.name)
        seen.setdefault(head, {}).setdefault(body, set()).add(action.name)
        for thing in _things_met(theory, row):
            for attr, value in thing.attrs.items():
                if attr not in (shape.place or ()) and attr != shape.names.get(thing.type):
                    values.setdefault((row.step.action.name, thing.type, attr), {})[repr(_note(value))] = _note(value)
    return replace(
        empty,
        actions=tuple(sorted(set().union(*names.values()))),
        untried={head: _untried(seen[head], names) for head in sorted(seen, key=repr)},
        values={key: [values[key][text] for text in sorted(values[key])] for key in sorted(values)},
    )


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
        head.append(_thing(named, situations) if named is not None else _note(arg))
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
    yield _crowd(scene, actor, (x, y), situations)
    way = row.vector
    if way is None:
        if theory.frame.table:
            ux, uy = theory.shape.unit
            yield tuple((dx, dy) for dx, dy in SIDES if not scene.at.get((x + dx * ux, y + dy * uy)))
        return
    yield _crowd(scene, actor, (x + way[0], y + way[1]), situations)
    if any(thing.type in situations.pushed for thing in scene.at.get((x + way[0], y + way[1]), ())):
        yield _crowd(scene, actor, (x + 2 * way[0], y + 2 * way[1]), situations)


def _crowd(scene: Scene, actor: Thing, place: tuple[int, int], situations: Situations) -> tuple[tuple[Value, ...], ...]:
    return tuple(sorted((_thing(t, situations) for t in scene.at.get(place, ()) if t is not actor), key=str))


def _thing(thing: Thing, situations: Situations) -> tuple[Value, ...]:
    notes: list[Value] = []
    for attr in situations.telling.get(thing.type, ()):
        value = thing.attrs.get(attr)
        notes.append(value is not None if attr in situations.links else _note(value))
    return (thing.type, *notes)


def _note(value: Value) -> Value:
    if isinstance(value, FrozenMap | tuple):
        return True
    many = type(value) is not bool and isinstance(value, int | float) and not -FEW < value < FEW
    return "many" if many else value


def emit_uncertain(situations: Situations, theory: Theory, *, strict: bool = False) -> Iterator[str]:
    """The functions that name a situation and say whether it was seen.

    When ``strict``, a thing with a value that no such thing had when that action met it is a situation of its own.
    """
    yield f"TELLING = {dict(situations.telling)!r}"
    yield f"LINKS = {situations.links!r}"
    yield f"ACTIONS = {situations.actions!r}"
    yield "UNTRIED = {  # who acts on what: what is met, and which actions were not taken there (True: but for)"
    for head, bodies in situations.untried.items():
        yield f"    {head!r}: {{"
        yield from (f"        {body!r}: {tuple(names)!r}," for body, names in bodies.items())
        yield "    },"
    yield "}"
    yield ""
    yield ""
    yield from _NAMING
    yield ""
    yield ""
    yield from _situation(situations, theory)
    yield ""
    yield ""
    yield "def uncertain(state: State, action: Action) -> str | None:"
    yield '    """Why the outcome of an action here is a guess: no transition showed it in such a situation."""'
    yield "    who, met_ = situation(state, action)"
    yield "    names = UNTRIED.get(who, {}).get(met_, ACTIONS)"
    yield "    if (action.name in names) is not (True in names) or action.name not in ACTIONS:"
    yield '        return f"never seen: {action.name}, {said(who)}, meeting {said(met_)}"'
    yield "    return strange(state, action)" if strict else "    return None"
    if strict:
        yield ""
        yield ""
        yield from _strange(situations, theory)


def _strange(situations: Situations, theory: Theory) -> Iterator[str]:
    known: dict[tuple[str, str], dict[str, Value]] = {}
    for (_, kind, attr), values in situations.values.items():
        known.setdefault((kind, attr), {}).update({repr(value): value for value in values})
    yield "VALUES = {"
    yield from (f"    {key!r}: {tuple(values.values())!r}," for key, values in known.items())
    yield "}"
    yield "UNMET = {  # of these values, those that an action never met"
    for (action, kind, attr), values in situations.values.items():
        unmet = tuple(value for value in known[kind, attr].values() if value not in values)
        if unmet:
            yield f"    {(action, kind, attr)!r}: {unmet!r},"
    yield "}"
    yield ""
    yield ""
    yield "def strange(state: State, action: Action) -> str | None:"
    yield '    """Says of a thing that the action meets what no such thing was like when this action met it."""'
    named = "[called(state, arg) for arg in action.args]"
    yield f"    things = [thing for thing in {named} if thing is not None]" if theory.shape.names else "    things = []"
    if theory.shape.actor is not None and theory.shape.place is not None:
        actor = variable(theory.shape.actor)
        yield f"    {actor} = state.of({theory.shape.actor!r})[0]"
        yield f"    things += [thing for thing in at(state, here({actor})) if thing.type != {theory.shape.actor!r}]"
        if theory.frame.table:
            yield f"    things += at(state, ahead({actor}, direction(state, action)))"
    yield "    for thing in things:"
    yield "        for attr in thing:"
    yield "            value, key = note(thing[attr]), (thing.type, attr)"
    yield "            if value in UNMET.get((action.name, *key), ()) or value not in VALUES.get(key, (value,)):"
    yield '                return f"never seen: {action.name} meeting {thing.type} whose {attr} is {thing[attr]}"'
    yield "    return None"


_NAMING = [
    "def said(words) -> str:",
    '    """A situation in words."""',
    "    if isinstance(words, tuple):",
    '        parts = [f"({said(word)})" if isinstance(word, tuple) else said(word) for word in words]',
    '        return " ".join(parts) or "nothing"',
    '    return "something" if words is True else str(words)',
    "",
    "",
    "def note(value):",
    '    """A value as far as it is told apart: large numbers and nested values are not."""',
    "    if isinstance(value, (tuple, FrozenMap)):",
    "        return True",
    f'    return "many" if type(value) in (int, float) and not -{FEW} < value < {FEW} else value',
    "",
    "",
    "def told(thing):",
    '    """A thing, as far as it is told apart: its type, and what of it is telling."""',
    "    if thing is None:",
    "        return None",
    "    values = [(attr in LINKS, thing[attr] if attr in thing else None) for attr in TELLING.get(thing.type, ())]",
    "    return (thing.type, *[value is not None if link else note(value) for link, value in values])",
    "",
    "",
    "def crowd(things: list[Object], but: str):",
    '    """Several things, the actor left out."""',
    "    return tuple(sorted([told(thing) for thing in things if thing.type != but], key=str))",
]


def _situation(situations: Situations, theory: Theory) -> Iterator[str]:
    shape, frame, names = theory.shape, theory.frame, Names(theory.view, None)
    yield "def situation(before: State, action: Action):"
    yield '    """Who acts on what, and what is met."""'
    lines = list(_who_acts(situations, theory, names))
    singles = (variable(single) for single in shape.singles)
    kinds = dict(zip(singles, shape.singles, strict=True))
    text = "\n".join(lines)
    yield from (f"    {name} = before.of({kind!r})[0]" for name, kind in kinds.items() if name in text)
    if frame.table and shape.actor is not None:
        yield "    way = direction(before, action)"
    yield from lines
    if shape.actor is None or shape.place is None:
        yield "    return tuple(who), ()"
        return
    actor = variable(shape.actor)
    yield f"    met_ = [crowd(at(before, here({actor})), {shape.actor!r})]"
    if frame.table:
        (ux, uy), sides = shape.unit, repr(SIDES)
        yield "    if way is None:"
        spot = f"beside({actor}, (x * {ux}, y * {uy}))" if (ux, uy) != (1, 1) else f"beside({actor}, (x, y))"
        yield f"        met_.append(tuple([(x, y) for x, y in {sides} if not at(before, {spot})]))"
        yield "    else:"
        yield f"        front = at(before, ahead({actor}, way))"
        yield f"        met_.append(crowd(front, {shape.actor!r}))"
        if situations.pushed:
            yield f"        if any(thing.type in {situations.pushed!r} for thing in front):"
            yield f"            met_.append(crowd(at(before, ahead({actor}, way, 2)), {shape.actor!r}))"
    yield "    return tuple(who), tuple(met_)"


def _who_acts(situations: Situations, theory: Theory, names: Names) -> Iterator[str]:
    if theory.shape.names:
        yield "    who = [told(called(before, arg)) or note(arg) for arg in action.args]"
    else:
        yield "    who = [note(arg) for arg in action.args]"
    for ref in situations.others:
        yield f"    who.append(told({names.ref(ref)}))"
    for feature in situations.relations:
        yield f"    who.append(bool({term(Literal(feature, True), names)}))"
    if theory.shape.actor is not None:
        yield f"    who.append(told({variable(theory.shape.actor)}))"
