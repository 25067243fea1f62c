"""The part of a program that says where it is guessing."""

from collections.abc import Iterator, Sequence

from sandbox.runtime.values import Value
from synth_server.inductive.bounds import emit_bounds
from synth_server.inductive.emit_terms import Names, term
from synth_server.inductive.emit_text import WIDTH, bracketed, direction_text, filled, table_lines, variable
from synth_server.inductive.emit_versions import emit_versions
from synth_server.inductive.rules import Literal
from synth_server.inductive.situations import FEW, Situations
from synth_server.inductive.theory import Theory


def emit_uncertain(
    situations: Situations, theory: Theory, *, strict: bool = False, offered: bool = False
) -> Iterator[str]:
    """The functions that name a situation and say whether it was seen.

    When ``strict``, a thing with a value that no such thing had when that action met it is a situation of its own.
    What is ``offered`` works: then an action that one function tells is a guess only if it was never taken.
    """
    if offered and not strict and {schema.name for schema in theory.schemas} >= set(situations.actions):
        yield from _NEVER_TAKEN
        yield from bracketed("    taken = {", [repr(name) for name in situations.actions], "}")
        yield '    return None if action.name in taken else f"{action.name} was never taken"'
        return
    if not strict and _plain(situations, theory):
        yield from _plainly(situations, theory)
        return
    told = {version.name for version in situations.versions} if not strict else set()
    if told:
        yield from [*emit_versions(theory, situations.versions), "", ""]
    if told >= set(situations.actions):
        yield from _ALL_TOLD
        return
    yield f"TELLING = {dict(situations.telling)!r}"
    yield f"LINKS = {situations.links!r}"
    yield f"TYPES = {situations.kinds!r}"
    yield from _actions(situations)
    yield "UNTRIED = {  # who acts on what: what is met, and which actions were not taken there (True: but for)"
    for head, bodies in situations.untried.items():
        yield f"    {head!r}: {{"
        yield from filled([f"{body!r}: {tuple(names)!r}," for body, names in bodies.items()], "        ")
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
    if told:
        yield "    if action.name in HELD:"
        yield "        return open_question(state, action)"
    yield "    who, met_ = situation(state, action)"
    yield "    names = UNTRIED.get(who, {}).get(met_, ACTIONS)"
    yield "    if (action.name in names) is not (True in names) or action.name not in ACTIONS:"
    if strict:
        yield '        return f"never seen: {action.name}, {said(who)}, meeting {said(met_)}"'
        yield "    return strange(state, action)"
    else:
        yield "        return doubt(state, action, who, met_)"
        yield "    return None"
    yield ""
    yield ""
    yield from _strange(situations, theory) if strict else emit_bounds(situations.shown)


_NEVER_TAKEN = [
    "def uncertain(state: State, action: Action) -> str | None:",
    '    """Why the outcome of an action is a guess: it was never taken."""',
]

_ALL_TOLD = [
    "def uncertain(state: State, action: Action) -> str | None:",
    '    """Why the outcome of an action here is a guess, if it is one."""',
    '    return open_question(state, action) if action.name in HELD else f"{action.name} was never taken"',
]


def _actions(situations: Situations) -> list[str]:
    """The names of all actions."""
    line = f"ACTIONS = {situations.actions!r}"
    if len(line) <= WIDTH:
        return [line]
    return ["ACTIONS = (", *filled([f"{name!r}," for name in situations.actions], "    "), ")"]


def _plain(situations: Situations, theory: Theory) -> bool:
    """Whether nothing but the types of what is met tells situations apart."""
    shape = theory.shape
    alone = situations.untried.keys() <= {((shape.actor,),)}
    return alone and shape.actor is not None and shape.place is not None and not any(situations.telling.values())


def _plainly(situations: Situations, theory: Theory) -> Iterator[str]:
    """The same with types alone."""
    actor, kind = variable(theory.shape.actor or ""), theory.shape.actor
    bodies = next(iter(situations.untried.values()), {})
    tried = {tuple(map(_types, body)): _tried(names, situations) for body, names in bodies.items()}
    all_ = tuple(sorted(map(str, theory.frame.table))) if theory.frame.source == "action" else None
    groups: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    for met, names in tried.items():
        groups.setdefault(names, []).append(met)
    for number, several in enumerate(groups.values()):
        yield from table_lines(f"TRIED_{number}", [repr(met) for met in several])
    items = [f"{'tuple(DIRECTION)' if names == all_ else repr(names)}: TRIED_{i}" for i, names in enumerate(groups)]
    yield from table_lines("TRIED", items)
    yield ""
    yield ""
    yield "def crowd(state: State, place, *but: str) -> tuple:"
    yield '    """The types of what stands at a place, some left out."""'
    yield "    return tuple(sorted([thing.type for thing in at(state, place) if thing.type not in but]))"
    yield ""
    yield ""
    yield "def uncertain(state: State, action: Action) -> str | None:"
    yield '    """Why an outcome is a guess: no transition showed the action with such things here, ahead, behind."""'
    way = direction_text(theory.frame, "state") if theory.frame.table else ""
    yield f"    {actor}{', way' if way else ''} = state.of({kind!r})[0]{', ' if way else ''}{way}"
    yield f"    met_ = [crowd(state, here({actor}), {', '.join(map(repr, (kind, *situations.stale)))})]"
    if way:
        if situations.around:
            yield f"    met_.append(crowd(state, ahead({actor}, way)) if way else around(state, {actor}))"
        else:
            yield f"    met_ += [crowd(state, ahead({actor}, way))] if way else []"
        if situations.pushed:
            pushed = " or ".join(f"{kind!r} in met_[1]" for kind in situations.pushed)
            pushed = f"({pushed})" if len(situations.pushed) > 1 else pushed
            yield f"    met_ += [crowd(state, ahead({actor}, way, 2))] if way and {pushed} else []"
    yield "    tried = any(action.name in names and tuple(met_) in seen for names, seen in TRIED.items())"
    yield '    return None if tried else f"never seen: {action.name}, meeting {met_}"'


def _tried(untried: Sequence[Value], situations: Situations) -> tuple[str, ...]:
    """The actions that were taken, from those that were not (after True, from those that were)."""
    return tuple(name for name in situations.actions if (name in untried) is (True in untried))


def _types(crowd: Sequence[object]) -> tuple[object, ...]:
    """The types of things that have nothing else to tell."""
    return tuple(thing[0] if isinstance(thing, tuple) else thing for thing in crowd)


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
            yield f"    things += at(state, ahead({actor}, {direction_text(theory.frame, 'state')}))"
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
    '    """A value as far as it is told apart: of a record the type of what it tells of."""',
    "    if isinstance(value, FrozenMap):",
    "        return min([told for told in value.values() if told in TYPES], default=True)",
    "    if isinstance(value, tuple):",
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
    "def crowd(things: list[Object], *but: str):",
    '    """Several things, those of some types left out."""',
    "    return tuple(sorted([told(thing) for thing in things if thing.type not in but], key=str))",
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
        yield f"    way = {direction_text(frame, 'before')}"
    yield from lines
    if shape.actor is None or shape.place is None:
        yield "    return tuple(who), ()"
        return
    actor = variable(shape.actor)
    but = tuple(dict.fromkeys((shape.actor, *situations.stale)))
    yield f"    met_ = [crowd(at(before, here({actor})), {', '.join(map(repr, but))})]"
    if frame.table:
        if situations.around:
            yield "    if way is None:"
            yield f"        met_.append(tuple([(kind,) for kind in around(before, {actor})]))"
        yield "    else:" if situations.around else "    if way is not None:"
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
