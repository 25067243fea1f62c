"""The same rules on lists of dictionaries: what a loop without a sandbox would run."""

from typing import Any

STEPS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}

Thing = dict[str, Any]


def transition(state: list[Thing], action: str) -> list[Thing]:
    """The next state; ``state`` may be changed."""
    verb, _, way = action.partition(" ")
    if way not in STEPS:
        return state
    dx, dy = STEPS[way]
    player = next(thing for thing in state if thing["type"] == "Player")
    x, y = player["x"] + dx, player["y"] + dy
    ahead = [thing for thing in state if thing["x"] == x and thing["y"] == y]
    if any(thing["type"] == "Wall" for thing in ahead):
        return state
    for box in ahead:
        if box["type"] == "Box":
            beyond = [thing["type"] for thing in state if thing["x"] == x + dx and thing["y"] == y + dy]
            if verb != "push" or "Wall" in beyond or "Box" in beyond:
                return state
            box["x"], box["y"] = x + dx, y + dy
            break
    player["x"], player["y"] = x, y
    return state


def reward(state: list[Thing], next_state: list[Thing]) -> tuple[float, bool]:
    """Reward and end."""
    before, _ = _on_target(state)
    after, wanted = _on_target(next_state)
    done = after == wanted
    return round(-0.1 + (after - before) + (10.0 if done else 0.0), 6), done


def _on_target(state: list[Thing]) -> tuple[int, int]:
    targets = {(thing["x"], thing["y"]) for thing in state if thing["type"] == "Target"}
    return sum((box["x"], box["y"]) in targets for box in state if box["type"] == "Box"), len(targets)
