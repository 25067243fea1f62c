"""Itertools, functools and operator in place of loops; a cached goal parser."""

import functools
import itertools
import operator


@functools.lru_cache(maxsize=None)
def wanted(goal):
    return int("".join(itertools.filterfalse(lambda c: not c.isdigit(), goal)))


def clamp(low, value, high):
    return functools.reduce(max, [low, min(value, high)])


def transition(state, action):
    walker = state.one("Walker")
    shift = (action == "right") - (action == "left")
    walker.x = clamp(0, walker.x + shift, state.one("End").x)
    if not shift:
        here = list(filter(lambda coin: operator.eq(coin.x, walker.x), state.of("Coin")))
        walker.purse += sum(map(operator.attrgetter("worth"), here))
        any(map(state.remove, here))
    return state


def reward(state, action, next_state, goal):
    return next(
        ((1.0, True) for walker in next_state.of("Walker") if walker.purse >= wanted(goal)),
        (0.0, False),
    )
