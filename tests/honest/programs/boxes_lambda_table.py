"""Lambdas in tables, conditional expressions, chained comparisons and slices."""

AXIS = {"up": ("y", -1), "down": ("y", 1), "left": ("x", -1), "right": ("x", 1)}
SAME = lambda a, b: (a.x, a.y) == (b.x, b.y)  # noqa: E731
TOUCHING = {
    "x": lambda a, b, way: a.y == b.y and b.x - a.x == way,
    "y": lambda a, b, way: a.x == b.x and b.y - a.y == way,
}


def next_to(thing, others, axis, way):
    hits = [other for other in others if TOUCHING[axis](thing, other, way)]
    return hits[0] if len(hits[:1]) > 0 else None


def transition(state, action):
    axis, way = AXIS[action.name]
    man, walls, boxes = state.one("Man"), state.of("Wall"), state.of("Box")
    if next_to(man, walls, axis, way):
        return state
    box = next_to(man, boxes, axis, way)
    stuck = box and (next_to(box, walls, axis, way) or next_to(box, boxes, axis, way))
    for thing in () if stuck else (box, man):
        if thing is not None:
            thing[axis] += way
    return state


def reward(state, action, next_state, goal):
    home = lambda now: sum(any(SAME(box, mark) for mark in now.of("Mark")) for box in now.of("Box"))  # noqa: E731
    total = len(next_state.of("Box"))
    done = 0 <= home(next_state) == total
    return (home(next_state) - home(state)) * 0.25 + (1 if done else 0), done
