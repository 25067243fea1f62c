"""An iterator class that yields the cells along a direction."""

import itertools


class Ray:
    def __init__(self, x, y, way):
        self.x, self.y = x, y
        self._dx, self._dy = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}[way]

    def __iter__(self):
        return self

    def __next__(self):
        self.x += self._dx
        self.y += self._dy
        return self.x, self.y


def contents(state, cell):
    x, y = cell
    return {thing.type: thing for thing in state.where(x=x, y=y)}


def transition(state, action):
    man = state.one("Man")
    near, far = itertools.islice(Ray(man.x, man.y, action.name), 2)
    ahead, beyond = contents(state, near), contents(state, far)
    if "Wall" in ahead or ("Box" in ahead and beyond.keys() & {"Wall", "Box"}):
        return state
    if "Box" in ahead:
        ahead["Box"].x, ahead["Box"].y = far
    man.x, man.y = near
    return state


def reward(state, action, next_state, goal):
    def pairs(now):
        return [(b, m) for b, m in itertools.product(now.of("Box"), now.of("Mark")) if (b.x, b.y) == (m.x, m.y)]

    before, after = len(pairs(state)), len(pairs(next_state))
    total = len(next_state.of("Box"))
    return (after - before) / 4 + (after == total), after == total
