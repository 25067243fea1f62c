"""The helper functions that an emitted model needs, and only these."""

from synth_server.inductive.emit_text import access, variable, where
from synth_server.inductive.theory import Theory


def helpers(theory: Theory, text: str) -> list[str]:
    """The helpers that ``text`` calls, as lines."""
    parts = _parts(theory)
    needed: set[str] = set()
    reach = [text]
    while reach:
        searched = reach.pop()
        for name, lines in parts.items():
            if name not in needed and (f"{name}(" in searched or (name == "GONE" and "GONE" in searched)):
                needed.add(name)
                reach.append("\n".join(lines))
    out: list[str] = []
    for name, lines in parts.items():
        if name in needed:
            out += [*lines, "", ""] if name != "GONE" else [*lines, ""]
    return ["", *out] if out else []


def _parts(theory: Theory) -> dict[str, list[str]]:
    parts = {
        "GONE": ["GONE = object()"],
        "direction": _direction(theory),
        "argument": [
            "def argument(action: Action, index: int):",
            '    """An argument of the action, or None."""',
            "    return action.args[index] if index < len(action.args) else None",
        ],
        "entry": [
            "def entry(value, key: str):",
            '    """An entry of a nested value, or None."""',
            "    return value.get(key) if isinstance(value, FrozenMap) else None",
        ],
        "record": [
            "def record(thing: Object, entries: dict) -> dict:",
            '    """What is kept of a thing: by key, its type ("") or one of its attributes."""',
            "    return {key: thing[name] if name else thing.type for key, name in entries.items()}",
        ],
    }
    if theory.shape.place is not None:
        parts |= _places(theory, *theory.shape.place)
    return parts


def _direction(theory: Theory) -> list[str]:
    frame = theory.frame
    table = "{" + ", ".join(f"{key!r}: {vector!r}" for key, vector in sorted(frame.table.items(), key=repr)) + "}"
    lines = [f"DIRECTION = {table}", "", "", "def direction(state: State, action: Action):"]
    lines.append('    """The vector along which things move, or None."""')
    if frame.source == "action":
        return [*lines, "    return DIRECTION.get(action.name)"]
    if frame.source == "arg":
        index = int(frame.name)
        return [*lines, f"    return DIRECTION.get(action.args[{index}]) if len(action.args) > {index} else None"]
    actor = theory.shape.actor or ""
    return [*lines, f"    return DIRECTION.get({access(f'state.of({actor!r})[0]', frame.name)})"]


def _places(theory: Theory, x: str, y: str) -> dict[str, list[str]]:
    actor = theory.shape.actor or ""
    return {
        "here": [
            "def here(thing: Object):",
            '    """Where a thing is."""',
            f"    return ({access('thing', x)}, {access('thing', y)})",
        ],
        "ahead": [
            "def ahead(thing: Object, way, far: int = 1):",
            '    """The place so many steps from a thing along a direction, or None."""',
            f"    return ({access('thing', x)} + far * way[0], {access('thing', y)} + far * way[1]) if way else None",
        ],
        "beside": [
            "def beside(thing: Object, offset):",
            '    """The place at a fixed offset from a thing."""',
            f"    return ({access('thing', x)} + offset[0], {access('thing', y)} + offset[1])",
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
            "    if place is None:",
            "        return []",
            f"    found = state.where({where({x: 'place[0]', y: 'place[1]'})})",
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
            f"    return bool(at(state, ahead({variable(actor)}, direction(state, action)), kind))",
        ],
    }
