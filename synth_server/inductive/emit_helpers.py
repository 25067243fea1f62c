"""The helper functions that an emitted model needs, and only these."""

import re
from keyword import iskeyword

from synth_server.inductive.emit_goals import goal_helpers
from synth_server.inductive.emit_terms import Names
from synth_server.inductive.emit_text import access, direction_text, table_text, variable, where
from synth_server.inductive.forms import Hearing
from synth_server.inductive.theory import Theory


def helpers(theory: Theory, hearing: Hearing, text: str) -> list[str]:
    """The helpers that ``text`` calls, as lines."""
    parts = {**goal_helpers(hearing, theory.view), **_parts(theory)}
    needed: set[str] = set()
    reach = [text]
    while reach:
        searched = reach.pop()
        for name, lines in parts.items():
            if name not in needed and re.search(_call(name), searched):
                needed.add(name)
                reach.append("\n".join(lines))
    out: list[str] = []
    for name, lines in parts.items():
        if name in needed:
            out += [*lines, "", ""] if name != name.upper() else [*lines, ""]
    return ["", *out] if out else []


def _call(name: str) -> str:
    """What finds the use of a helper: of a constant its name, of a function a call."""
    return rf"\b{name}\b" if name == name.upper() else rf"(?<!\.)\b{name}\("


def _parts(theory: Theory) -> dict[str, list[str]]:
    parts = {
        "GONE": ["GONE = object()"],
        "NEW": ["NEW = object()"],
        **_tables(theory),
        **_direction(theory),
        "argument": [
            "def argument(action: Action, index: int):",
            '    """An argument of the action, or None."""',
            "    return action.args[index] if index < len(action.args) else None",
        ],
        "get": [
            "def get(thing, attr: str, default=None):",
            '    """An attribute, or the default where there is no such thing or no such attribute."""',
            "    return thing[attr] if thing is not None and attr in thing else default",
        ],
        "kind": [
            "def kind(thing):",
            '    """The type of a thing, or None."""',
            "    return None if thing is None else thing.type",
        ],
        "number": [
            "def number(value, sign: int = -1):",
            '    """A number; what is none counts as infinite, of this sign."""',
            "    return value if type(value) is int else sign * float('inf')",
        ],
        "figure": [
            "def figure(value) -> float:",
            '    """A number; what is none counts as nothing."""',
            "    return value if type(value) in (int, float) else 0",
        ],
        "twin": [
            "def twin(state: State, thing, attr: str):",
            '    """The one other thing of the same type and the same value of an attribute, or None."""',
            "    if thing is None:",
            "        return None",
            "    same = state.where(**{'type': thing.type, attr: get(thing, attr)})",
            "    found = [other for other in same if other != thing]",
            "    return found[0] if len(found) == 1 else None",
        ],
        "change": [
            "def change(thing: Object, attr, value) -> tuple:",
            '    """A change to come: of what, which attribute, to which value."""',
            "    return thing, attr, value",
        ],
        "new": [
            "def new(state: State, attrs: dict) -> list:",
            '    """A thing that comes into being, unless there is such a thing."""',
            "    return [] if state.where(**attrs) else [(None, NEW, attrs)]",
        ],
        "carry_out": [
            "def carry_out(state: State, writes: list) -> None:",
            '    """Changes attributes, removes what is gone, adds what is new."""',
            "    for thing, attr, value in writes:",
            "        if thing is not None and attr is not GONE:",
            "            thing[attr] = value",
            "    for thing, attr, value in writes:",
            "        if attr is NEW:",
            "            kind = value.pop('type')",
            "            state.add(Object.from_mapping(kind, value))",
            "        elif attr is GONE and thing in state:",
            "            state.remove(thing)",
        ],
        "having": [
            "def having(state: State, kind: str, attrs: dict) -> list[Object]:",
            '    """The things of a type with these attributes; none where one of these is missing."""',
            "    return [] if None in attrs.values() else state.where(**{'type': kind, **attrs})",
        ],
        "sole": [
            "def sole(things: list[Object]):",
            '    """The only one of several things, or None."""',
            "    return things[0] if len(things) == 1 else None",
        ],
        "entry": [
            "def entry(value, key: str, default=None):",
            '    """An entry of a nested value, or the default where there is none."""',
            "    return value.get(key, default) if isinstance(value, FrozenMap) else default",
        ],
        "without": [
            "def without(record: FrozenMap, key: str) -> dict:",
            '    """The entries of a record but for one."""',
            "    return {name: value for name, value in record.items() if name != key}",
        ],
        "told_of": [
            "def told_of(thing: Object, key: str) -> dict:",
            '    """A record of a thing: its type by this key, and all that it has but its place."""',
            f"    kept = {{name: thing[name] for name in thing if name not in {theory.shape.place or ()!r}}}",
            "    return {**kept, key: thing.type}",
        ],
        "record": [
            "def record(thing: Object, entries: dict) -> dict:",
            '    """What is kept of a thing: by key, its type ("") or one of its attributes."""',
            "    return {key: thing[name] if name else thing.type for key, name in entries.items()}",
        ],
    }
    if theory.shape.names:
        parts |= _names(theory)
    if theory.shape.place is not None:
        parts |= _places(theory, *theory.shape.place)
        parts |= _paths(theory, *theory.shape.place)
    return parts


def _tables(theory: Theory) -> dict[str, list[str]]:
    """The tables of the further directions."""
    names, found = Names(theory.view, None), {}
    for number, way in enumerate(theory.view.ways, 1):
        table = ", ".join(f"{key!r}: {vector!r}" for key, vector in sorted(way.table.items(), key=repr))
        found[names.table(number)] = [f"{names.table(number)} = {{{table}}}"]
    return found


def _where(kind: str, attr: str) -> str:
    """The things of a type with a name."""
    if attr.isidentifier() and not iskeyword(attr) and attr != "type":
        return f"state.where(type={kind!r}, {attr}=name)"
    return f"state.where(**{{'type': {kind!r}, {attr!r}: name}})"


def _names(theory: Theory) -> dict[str, list[str]]:
    """What finds things by their names."""
    tests = [_where(kind, attr) for kind, attr in sorted(theory.shape.names.items())]
    return {
        "called": [
            "def called(state: State, name):",
            '    """The one thing that a name stands for, or None."""',
            f"    found = {' + '.join(tests)} if isinstance(name, str) else []",
            "    return found[0] if len(found) == 1 else None",
        ],
        "named": [
            "def named(state: State, name) -> list[Object]:",
            '    """The one thing that a name stands for, as a list; empty where there is none."""',
            "    thing = called(state, name)",
            "    return [] if thing is None else [thing]",
        ],
    }


def _paths(theory: Theory, x: str, y: str) -> dict[str, list[str]]:
    """What looks along a direction."""
    ux, uy = theory.shape.unit
    me_x, me_y = access("thing", x), access("thing", y)
    far = f"({access('other', x)} - {me_x}) // {ux}, ({access('other', y)} - {me_y}) // {uy}"
    lost = (
        f"other is None or {access('other', x)} is None or {me_x} is None" if theory.shape.adrift else "other is None"
    )
    return {
        "past": [
            "def past(state: State, place, way, kind: str):",
            '    """The first place along a direction where no such thing stands."""',
            "    while place is not None and at(state, place, kind):",
            "        place = (place[0] + way[0], place[1] + way[1])",
            "    return place",
        ],
        "in_row": [
            "def in_row(state: State, place, way, thing: Object) -> bool:",
            '    """Whether a thing is one of an unbroken row of its kind that begins at a place."""',
            "    while place is not None and place != here(thing) and at(state, place, thing.type):",
            "        place = (place[0] + way[0], place[1] + way[1])",
            "    return place == here(thing)",
        ],
        "in_order": [
            "def in_order(things: list[Object], way) -> list[Object]:",
            '    """Things that move the same way, the foremost first."""',
            f"    return sorted(things, key=lambda thing: -({me_x} * way[0] + {me_y} * way[1])) if way else things",
        ],
        "slid": [
            "def slid(state: State, thing: Object, way, stops, sticky, smooth):",
            '    """Where a thing comes to rest that slides along a direction, or None."""',
            "    place = here(thing) if way else None",
            f"    for far in range({64} if place else 0):",
            "        front = (place[0] + way[0], place[1] + way[1])",
            "        kinds = {other.type for other in at(state, place) if other != thing}",
            "        if at(state, front, *stops) and stops:",
            "            return place",
            "        if far and (kinds & set(sticky) or (smooth and not kinds & set(smooth))):",
            "            return place",
            "        place = front",
            "    return None",
        ],
        "sides": [
            "def sides(thing: Object, other):",
            '    """On which side another is along each axis, and how far off: the sum of both and the greater."""',
            f"    if {lost}:",
            "        return (None, None, 99, 99)",
            f"    x, y = {far}",
            "    return ((x > 0) - (x < 0), (y > 0) - (y < 0), abs(x) + abs(y), max(abs(x), abs(y)))",
        ],
        "beside_me": [
            "def beside_me(state: State, place, thing):",
            '    """The one thing at a place, but for the actor and a thing that looks, or None."""',
            f"    found = [t for t in at(state, place) if t.type != {theory.shape.actor!r} and t != thing]",
            "    return found[0] if len(found) == 1 else None",
        ],
    }


def _direction(theory: Theory) -> dict[str, list[str]]:
    """The tables of the main direction, and what looks into them."""
    frame = theory.frame
    actor = f"state.of({theory.shape.actor or ''!r})[0]"
    told = "DIRECTION.get(action.name)"
    if frame.source == "arg":
        index = int(frame.name)
        told = f"DIRECTION.get(action.args[{index}]) if len(action.args) > {index} else None"
    elif frame.source == "attr":
        told = f"DIRECTION.get({access(actor, frame.name)})"
    lines = ["def direction(state: State, action: Action):", '    """The vector along which things move, or None."""']
    if frame.facing:
        lines += [f"    way = {told}", f"    return way or FACING.get({access(actor, frame.facing)})"]
    else:
        lines += [f"    return {told}"]
    return {
        "DIRECTION": table_text("DIRECTION", frame.table),
        "FACING": table_text("FACING", frame.faces),
        "direction": lines,
    }


def _sides(theory: Theory) -> tuple[tuple[int, int], ...]:
    """The vectors to the places beside."""
    ux, uy = theory.shape.unit
    return ((ux, 0), (0, uy), (-ux, 0), (0, -uy))


def _places(theory: Theory, x: str, y: str) -> dict[str, list[str]]:
    actor = theory.shape.actor or ""
    tests = ["thing is not None"]
    tests += [f"{access('thing', x)} is not None"] if theory.shape.adrift else []
    there = f"({access('thing', x)} + far * way[0], {access('thing', y)} + far * way[1])"
    lost, none = f" if {' and '.join(tests)} else None", "".join(f" and {test}" for test in tests)
    unless = f" if {' and '.join(tests[1:])} else []" if tests[1:] else ""  # the actor is there
    return {
        "here": [
            "def here(thing: Object):",
            '    """Where a thing is."""',
            f"    return ({access('thing', x)}, {access('thing', y)}){lost}",
        ],
        "ahead": [
            "def ahead(thing: Object, way, far: int = 1):",
            '    """The place so many steps from a thing along a direction, or None."""',
            f"    return {there} if way{none} else None",
        ],
        "around": [
            "def around(state: State, thing: Object) -> tuple:",
            '    """The types of what stands beside a thing."""',
            f"    spots = [({access('thing', x)} + right, {access('thing', y)} + down)"
            f" for right, down in {_sides(theory)!r}]{unless}",
            "    return ('around', *sorted({other.type for spot in spots for other in at(state, spot)}))",
        ],
        "neighbours": [
            "def neighbours(thing: Object) -> list:",
            '    """The places beside a thing."""',
            f"    return [beside(thing, side) for side in {_sides(theory)!r}]",
        ],
        "beside": [
            "def beside(thing: Object, offset):",
            '    """The place at a fixed offset from a thing."""',
            f"    return ({access('thing', x)} + offset[0], {access('thing', y)} + offset[1]){lost}",
        ],
        "inside": [
            "def inside(place) -> bool:",
            '    """Whether a place lies within the bounds of all that was ever seen."""',
            f"    (left, top), (right, bottom) = {theory.shape.span!r}",
            "    return place is not None and left <= place[0] <= right and top <= place[1] <= bottom",
        ],
        "outside": [
            "def outside(place) -> bool:",
            '    """Whether a place lies beyond the bounds of all that was ever seen."""',
            "    return place is not None and not inside(place)",
        ],
        "at": [
            "def at(state: State, place, *kinds: str) -> list[Object]:",
            '    """What stands at a place, of these types (of any, when none is named)."""',
            f"    found = state.where({where({x: 'place[0]', y: 'place[1]'})}) if place else []",
            "    return [thing for thing in found if thing.type in kinds] if kinds else found",
        ],
        "only": [
            "def only(state: State, place, *names: str):",
            '    """The one thing at a place, the actor left out, if it has these attributes; else None."""',
            f"    found = [thing for thing in at(state, place) if thing.type != {actor!r}]",
            "    return found[0] if len(found) == 1 and all(name in found[0] for name in names) else None",
        ],
        "taken": [
            "def taken(before: State, state: State, place, *names: str):",
            '    """The one thing at a place, if it vanished in this step and has these attributes; else None."""',
            "    thing = only(before, place, *names)",
            "    return thing if thing is not None and not at(state, place, thing.type) else None",
        ],
        "met": [
            "def met(state: State, first: str, *others: str) -> int:",
            '    """How many things of the first type share a place with one of the others."""',
            "    return sum(bool(at(state, here(thing), *others)) for thing in state.of(first))",
        ],
        "faced": [
            "def faced(state: State, action: Action, kind: str) -> bool:",
            '    """Whether the actor has a thing of this type ahead."""',
            f"    {variable(actor)} = state.of({actor!r})[0]",
            f"    return bool(at(state, ahead({variable(actor)}, {direction_text(theory.frame, 'state')}), kind))",
        ],
    }
