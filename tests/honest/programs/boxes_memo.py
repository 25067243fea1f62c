"""Caches with functools.lru_cache, keyed by plain tuples; a static method and a class method."""

from functools import cached_property, lru_cache


class Geometry:
    WAYS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}

    def __init__(self, state):
        self.state = state

    @cached_property
    def walls(self):
        return frozenset((wall.x, wall.y) for wall in self.state.of("Wall"))

    @cached_property
    def boxes(self):
        return {(box.x, box.y): box for box in self.state.of("Box")}

    @staticmethod
    @lru_cache(maxsize=256)
    def step(x, y, name, times=1):
        dx, dy = Geometry.WAYS[name]
        return x + times * dx, y + times * dy

    def free(self, cell):
        return cell not in self.walls and cell not in self.boxes


def transition(state, action):
    view = Geometry(state)
    man = state.one("Man")
    near = view.step(man.x, man.y, action.name)
    far = view.step(man.x, man.y, action.name, 2)
    if near in view.walls:
        return state
    if near in view.boxes:
        if not view.free(far):
            return state
        view.boxes[near].x, view.boxes[near].y = far
    man.x, man.y = near
    return state


@lru_cache(maxsize=None)
def matches(boxes, marks):
    return len(boxes & marks)


def places(state, kind):
    return frozenset((thing.x, thing.y) for thing in state.of(kind))


def reward(state, action, next_state, goal):
    marks = places(next_state, "Mark")
    before, after = matches(places(state, "Box"), marks), matches(places(next_state, "Box"), marks)
    done = after == len(next_state.of("Box"))
    return 0.25 * (after - before) + (1.0 if done else 0.0), done
