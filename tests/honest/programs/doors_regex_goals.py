"""A list of goal patterns, each with a predicate; the first that matches decides."""

import re
from typing import Callable

from worldsmith_runtime import Action, State, UnknownGoal

Check = Callable[[State, re.Match], bool]


def at_exit(state: State, _found) -> bool:
    agent = state.one("Agent")
    return any((spot.x, spot.y) == (agent.x, agent.y) for spot in state.of("Exit"))


def door_open(state: State, found) -> bool:
    return any(door.open and door.colour == found.group("colour") for door in state.of("Door"))


GOALS: list[tuple[re.Pattern, Check]] = [
    (re.compile(r"(?:go to|reach|get to) the exit"), at_exit),
    (re.compile(r"(?:open|unlock) the (?P<colour>[a-z]+) door"), door_open),
]


def transition(state: State, action: Action) -> State:
    agent = state.one("Agent")
    if action.name == "move":
        way: str = action.args[0]
        x = agent.x + (way == "right") - (way == "left")
        y = agent.y + (way == "down") - (way == "up")
        solid = {(wall.x, wall.y) for wall in state.of("Wall")}
        solid |= {(door.x, door.y) for door in state.of("Door") if not door.open}
        if (x, y) not in solid:
            agent.x, agent.y = x, y
    elif action.name == "pick" and agent.carrying is None:
        key = next(iter(state.where(type="Key", x=agent.x, y=agent.y)), None)
        if key is not None:
            agent.carrying = key.colour
            state.remove(key)
    elif action.name == "open":
        for door in state.where(type="Door", colour=agent.carrying):
            if {abs(door.x - agent.x), abs(door.y - agent.y)} == {0, 1}:
                door.open = True
    return state


def reward(state: State, action: Action, next_state: State, goal: str) -> tuple[float, bool]:
    for pattern, check in GOALS:
        if found := pattern.fullmatch(goal):
            done = check(next_state, found)
            return (1.0, True) if done else (0.0, False)
    raise UnknownGoal(goal)
