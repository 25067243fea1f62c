"""A context manager that undoes a move unless it is kept."""

import contextlib

VECTOR = {"up": (0, -1), "right": (1, 0), "down": (0, 1), "left": (-1, 0)}


@contextlib.contextmanager
def trial(*things):
    saved = [(thing, thing.x, thing.y) for thing in things]
    kept = []
    yield kept
    if not kept:
        for thing, x, y in saved:
            thing.x, thing.y = x, y


def overlaps(state):
    solid = [(o.x, o.y) for o in state if o.type in ("Wall", "Box")]
    return len(solid) != len(set(solid))


def transition(state, action):
    man = state.one("Man")
    dx, dy = VECTOR[action.name]
    boxes = state.where(type="Box", x=man.x + dx, y=man.y + dy)
    with trial(man, *boxes) as kept:
        for thing in [man, *boxes]:
            thing.x += dx
            thing.y += dy
        inside_wall = bool(state.where(type="Wall", x=man.x, y=man.y))
        if not inside_wall and not overlaps(state):
            kept.append(True)
    return state


def reward(state, action, next_state, goal):
    marks = {(mark.x, mark.y) for mark in next_state.of("Mark")}
    before = sum((box.x, box.y) in marks for box in state.of("Box"))
    after = sum((box.x, box.y) in marks for box in next_state.of("Box"))
    done = all((box.x, box.y) in marks for box in next_state.of("Box"))
    return 0.25 * (after - before) + 1.0 * done, done
