"""What planners are compared with: breadth-first search as one writes it first, and models as one writes them for it.

States are lists of dictionaries, copied by ``copy.deepcopy`` for each step and told apart by their sorted JSON text.
"""

import copy
import json
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

Objects = list[dict[str, Any]]
Step = Callable[[Objects, str], None]
Pay = Callable[[Objects, str, Objects], tuple[float, bool]]

_TURNS = {"left": -1, "right": 1}
_WAYS = ((1, 0), (0, 1), (-1, 0), (0, -1))
_COMPASS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


def exhaust(start: Objects, actions: Sequence[str], step: Step, pay: Pay, nodes: int) -> int:
    """Breadth-first search for what never comes; how many distinct states it reached."""
    seen = {_key(start)}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        for action in actions:
            after = copy.deepcopy(state)
            step(after, action)
            _, done = pay(state, action, after)
            key = _key(after)
            if not done and key not in seen:
                if len(seen) >= nodes:
                    return len(seen)
                seen.add(key)
                queue.append(after)
    return len(seen)


def _key(state: Objects) -> str:
    return json.dumps(sorted(state, key=lambda thing: json.dumps(thing, sort_keys=True)), sort_keys=True)


def _at(state: Objects, x: int, y: int) -> dict[str, Any] | None:
    return next((t for t in state if t["type"] != "Agent" and t["x"] == x and t["y"] == y), None)


def doorkey(state: Objects, action: str) -> None:
    """A step of DoorKey, in place."""
    agent = next(thing for thing in state if thing["type"] == "Agent")
    if action in _TURNS:
        agent["dir"] = (agent["dir"] + _TURNS[action]) % 4
        return
    x, y = agent["x"] + _WAYS[agent["dir"]][0], agent["y"] + _WAYS[agent["dir"]][1]
    front = _at(state, x, y)
    kind = front["type"] if front else None
    if action == "forward" and (kind in (None, "Goal") or (front and kind == "Door" and front["state"] == "open")):
        agent["x"], agent["y"] = x, y
    elif action == "pickup" and front and kind == "Key" and agent["carrying"] is None:
        agent["carrying"] = {"type": "Key", "color": front["color"]}
        state.remove(front)
    elif action == "drop" and agent["carrying"] is not None and front is None:
        state.append({"type": "Key", "color": agent["carrying"]["color"], "x": x, "y": y})
        agent["carrying"] = None
    elif action == "toggle" and front and kind == "Door":
        if front["state"] == "locked":
            held = agent["carrying"]
            if held is not None and held["color"] == front["color"]:
                front["state"] = "open"
        else:
            front["state"] = "closed" if front["state"] == "open" else "open"


def doorkey_pays(state: Objects, action: str, after: Objects) -> tuple[float, bool]:
    """What a step of DoorKey pays; the end does not end the search here."""
    agent = next(thing for thing in after if thing["type"] == "Agent")
    front = _at(after, agent["x"], agent["y"])
    return float(front is not None and front["type"] == "Goal"), False


def sokoban(state: Objects, action: str) -> None:
    """A step of Sokoban, in place."""
    verb, _, way = action.partition(" ")
    if not way:
        return
    player = next(thing for thing in state if thing["type"] == "Player")
    dx, dy = _COMPASS[way]
    x, y = player["x"] + dx, player["y"] + dy
    ahead = [thing for thing in state if (thing["x"], thing["y"]) == (x, y)]
    if any(thing["type"] == "Wall" for thing in ahead):
        return
    for box in ahead:
        if box["type"] == "Box":
            beyond = [t["type"] for t in state if (t["x"], t["y"]) == (x + dx, y + dy)]
            if verb != "push" or "Wall" in beyond or "Box" in beyond:
                return
            box["x"], box["y"] = x + dx, y + dy
    player["x"], player["y"] = x, y


def sokoban_pays(state: Objects, action: str, after: Objects) -> tuple[float, bool]:
    """What a step of Sokoban pays; the end does not end the search here."""

    def home(one: Objects) -> int:
        targets = {(t["x"], t["y"]) for t in one if t["type"] == "Target"}
        return sum((t["x"], t["y"]) in targets for t in one if t["type"] == "Box")

    return -0.1 + home(after) - home(state), False
