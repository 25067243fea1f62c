"""Module-level configuration in a typed dict, a global counter that changes nothing, and star-unpacking."""

import string
from typing import TypedDict


class Config(TypedDict):
    solid: tuple[str, ...]
    gain: float
    bonus: float


CONFIG: Config = {"solid": ("Wall", "Box"), "gain": 0.25, "bonus": 1.0}
LETTERS = dict(zip(string.ascii_lowercase, range(26), strict=True))
_calls = 0


def direction(name):
    global _calls
    _calls += 1
    initial, *_ = name
    horizontal = LETTERS[initial] in (LETTERS["l"], LETTERS["r"])
    sign = 1 if initial in "dr" else -1
    return (sign, 0) if horizontal else (0, sign)


def solid(state, x, y, kinds=CONFIG["solid"]):
    return [thing for thing in state.where(x=x, y=y) if thing.type in kinds]


def transition(state, action):
    dx, dy = direction(action.name)
    man = state.one("Man")
    row = [man]
    blockers = solid(state, man.x + dx, man.y + dy)
    if any(thing.type == "Wall" for thing in blockers):
        return state
    if blockers:
        row.extend(blockers)
        if solid(state, man.x + 2 * dx, man.y + 2 * dy):
            return state
    for thing in reversed(row):
        thing.x, thing.y = thing.x + dx, thing.y + dy
    return state


def reward(state, action, next_state, goal):
    def score(now):
        spots = {*((mark.x, mark.y) for mark in now.of("Mark"))}
        return [(box.x, box.y) in spots for box in now.of("Box")].count(True)

    difference = score(next_state) - score(state)
    finished = score(next_state) == len(next_state.of("Box"))
    return CONFIG["gain"] * difference + CONFIG["bonus"] * finished, finished
