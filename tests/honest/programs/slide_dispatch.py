"""Single dispatch and partial functions; a decorator that checks its arguments."""

import functools

from worldsmith_runtime import State, UnknownGoal


def known_goal(*goals):
    def wrap(function):
        @functools.wraps(function)
        def checked(state, action, next_state, goal):
            if goal not in goals:
                raise UnknownGoal(goal)
            return function(state, action, next_state, goal)

        return checked

    return wrap


def distance(a, b):
    return sum(abs(getattr(a, axis) - getattr(b, axis)) for axis in ("x", "y"))


def exchange(a, b, axes=("x", "y")):
    for axis in axes:
        first, second = a[axis], b[axis]
        a[axis] = second
        b[axis] = first


def transition(state: State, action) -> State:
    gap = state.one("Gap")
    far = functools.partial(distance, gap)
    for tile in state.where(type="Tile", number=action.args[0]):
        if far(tile) == 1:
            exchange(tile, gap)
    return state


@known_goal("sort the tiles", "solve the puzzle")
def reward(state, action, next_state, goal):
    order = [tile.number for tile in sorted(next_state.of("Tile"), key=lambda t: (t.y, t.x))]
    last = next_state.where(type="Gap", x=2, y=2)
    done = order == sorted(order) and bool(last)
    return (1.0 if done else -0.125), done
