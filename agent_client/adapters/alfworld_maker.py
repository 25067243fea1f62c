"""Makes ALFWorld games of all six types of task from what the package ``alfworld`` holds: rooms, kinds and goals."""

import json
from collections.abc import Sequence
from importlib.resources import files
from random import Random
from typing import Any, NamedTuple

from alfworld.gen import constants, goal_library

TASKS = {
    "pick": "pick_and_place_simple",
    "look": "look_at_obj_in_light",
    "clean": "pick_clean_then_place_in_recep",
    "heat": "pick_heat_then_place_in_recep",
    "cool": "pick_cool_then_place_in_recep",
    "two": "pick_two_obj_and_place",
}
_APPLIANCE = {"clean": "SinkBasin", "heat": "Microwave", "cool": "Fridge"}
_ABLE = {"clean": "Cleanable", "heat": "Heatable", "cool": "Coolable"}
_TABLES = {"Desk", "SideTable", "Dresser", "DiningTable", "CoffeeTable"}  # where a lamp may stand
_MOST = 3  # things of one kind
_MANGLED = str.maketrans({"|": "_bar_", "+": "_plus_", "-": "_minus_", ".": "_dot_"})


class _Receptacle(NamedTuple):
    id: str
    kind: str
    location: str


class _Thing(NamedTuple):
    id: str
    kind: str
    where: _Receptacle


class _Aim(NamedTuple):
    thing: str
    receptacle: str


def texts() -> tuple[str, str]:
    """The PDDL domain and the grammar that the package holds."""
    data = files("alfworld") / "data"
    return (data / "alfred.pddl").read_text(), (data / "alfred.twl2").read_text()


def problem(task: str, seed: int) -> tuple[str, str]:
    """The PDDL problem and the sentence of a game; the same seed gives the same game.

    Raises:
        KeyError: ``task`` is none of :data:`TASKS`.
    """
    goal = goal_library.gdict[TASKS[task]]
    random = Random(f"{task} {seed}")  # noqa: S311  # levels, no secrets
    rooms = sorted(file.name.partition("-")[0] for file in _layouts().iterdir() if file.name.endswith("-objects.json"))
    while True:
        room = random.choice(rooms)
        receptacles, kinds = _receptacles(room), _kinds(room)
        aims = _aims(task, receptacles, kinds)
        if aims:
            break
    aim = random.choice(aims)
    things = _things(random, task, aim, receptacles, kinds)
    words = {"obj": aim.thing, "recep": aim.receptacle, "toggle": "DeskLamp", "mrecep": ""}
    sentence = random.choice(goal["templates"]).format(**{key: word.lower() for key, word in words.items()})
    return _pddl(receptacles, things, goal["pddl"].replace("#", "-").format(**words)), f"{sentence}."


def _layouts() -> Any:  # importlib's Traversable moved between versions of Python
    return files("alfworld") / "gen" / "layouts"


def _receptacles(room: str) -> list[_Receptacle]:
    found = json.loads((_layouts() / f"{room}-openable.json").read_text())
    out = []
    for key, place in sorted(found.items()):
        last = key.rpartition("|")[2]
        kind = last if last.isalpha() else key.partition("|")[0]
        if kind in constants.VAL_RECEPTACLE_OBJECTS and kind not in constants.MOVABLE_RECEPTACLES_SET:
            x, z, turn, tilt = place
            out.append(_Receptacle(_mangle(key), kind, _mangle(f"loc|{4 * x:.0f}|{4 * z:.0f}|{turn:.0f}|{tilt:.0f}")))
    return out


def _kinds(room: str) -> list[str]:
    """The kinds of things in a room that can stand in or on something."""
    movable = set().union(*constants.VAL_RECEPTACLE_OBJECTS.values())
    return sorted(
        kind for kind in set(json.loads((_layouts() / f"{room}-objects.json").read_text())) if kind in movable
    )


def _aims(task: str, receptacles: Sequence[_Receptacle], kinds: Sequence[str]) -> list[_Aim]:
    """What may be asked for in a room: a kind of thing, and a kind of receptacle for it that is not the only one."""
    present = sorted({r.kind for r in receptacles})
    if task == "look":
        return [_Aim(kind, "") for kind in kinds if _TABLES & set(present) and _homes(kind, present)]
    if task in _APPLIANCE and _APPLIANCE[task] not in present:
        return []
    able = set(constants.VAL_ACTION_OBJECTS[_ABLE[task]]) if task in _ABLE else set(kinds)
    homes = {kind: _homes(kind, present) for kind in kinds if kind in able}
    return [_Aim(kind, home) for kind, found in homes.items() if len(found) > 1 for home in found]


def _homes(kind: str, receptacles: Sequence[str]) -> list[str]:
    return [home for home in receptacles if kind in constants.VAL_RECEPTACLE_OBJECTS[home]]


def _things(
    random: Random, task: str, aim: _Aim, receptacles: Sequence[_Receptacle], kinds: Sequence[str]
) -> list[_Thing]:
    """A few of each kind, somewhere; none of the kind that is asked for where it is to go."""
    out: list[_Thing] = []
    for kind in kinds:
        aimed = kind == aim.thing
        homes = [
            r
            for r in receptacles
            if kind in constants.VAL_RECEPTACLE_OBJECTS[r.kind] and not (aimed and r.kind == aim.receptacle)
        ]
        least = 2 if aimed and task == "two" else 1
        count = random.randint(least, _MOST) if homes else 0
        out.extend(_thing(kind, number, random.choice(homes)) for number in range(count))
    if task == "look":
        out.append(_thing("DeskLamp", 0, random.choice([r for r in receptacles if r.kind in _TABLES])))
    return out


def _thing(kind: str, number: int, where: _Receptacle) -> _Thing:
    return _Thing(_mangle(f"{kind}|+00.{number:02}"), kind, where)


def _pddl(receptacles: Sequence[_Receptacle], things: Sequence[_Thing], goal: str) -> str:
    start = _mangle("loc|0|0|0|30")
    holders = constants.VAL_RECEPTACLE_OBJECTS
    fixed = sorted(set(holders) - constants.MOVABLE_RECEPTACLES_SET)
    kinds = sorted({*constants.OBJECTS, *set().union(*holders.values())} - set(fixed))
    declared = [
        "agent1 - agent",
        *(f"{kind}Type - otype" for kind in kinds),
        *(f"{kind}Type - rtype" for kind in fixed),
        *(f"{name} - location" for name in sorted({start, *(r.location for r in receptacles)})),
        *(f"{r.id} - receptacle" for r in receptacles),
        *(f"{thing.id} - object" for thing in things),
    ]
    facts = [f"atLocation agent1 {start}"]
    for r in receptacles:
        facts += [f"receptacleType {r.id} {r.kind}Type", f"receptacleAtLocation {r.id} {r.location}"]
        if r.kind in constants.OPENABLE_CLASS_SET:
            facts.append(f"openable {r.id}")
    for thing in things:
        facts += [
            f"objectType {thing.id} {thing.kind}Type",
            f"inReceptacle {thing.id} {thing.where.id}",
            f"objectAtLocation {thing.id} {thing.where.location}",
        ]
        facts += [
            f"{able.lower()} {thing.id}"
            for able, able_kinds in sorted(constants.VAL_ACTION_OBJECTS.items())
            if thing.kind in able_kinds
        ]
        if thing.kind != "DeskLamp":
            facts.append(f"pickupable {thing.id}")
        if thing.kind in constants.MOVABLE_RECEPTACLES_SET:
            facts.append(f"isReceptacleObject {thing.id}")
    present = sorted({thing.kind for thing in things})
    facts += [
        f"canContain {home}Type {kind}Type"
        for home in sorted({r.kind for r in receptacles})
        for kind in present
        if kind in holders[home]
    ]
    lines = "\n  ".join(f"({fact})" for fact in facts)
    objects = "\n  ".join(declared)
    return f"(define (problem made)\n(:domain alfred)\n(:objects\n  {objects}\n)\n(:init\n  {lines}\n)\n{goal}"


def _mangle(id: str) -> str:
    return id.translate(_MANGLED)
