"""Namedtuples for the parts, a Counter for what lies where."""

from collections import Counter, namedtuple

Spot = namedtuple("Spot", ["x", "limit"])


def spot(state):
    return Spot(state.one("Walker").x, state.one("End").x)


def riches(state):
    counted = Counter()
    for coin in state.of("Coin"):
        counted[coin.x] += coin.worth
    return counted


def transition(state, action):
    walker = state.one("Walker")
    here = spot(state)
    if action == "take":
        walker.purse += riches(state)[here.x]
        for coin in state.where(type="Coin", x=here.x):
            state.remove(coin)
    elif action == "left":
        walker.x = here._replace(x=max(here.x - 1, 0)).x
    else:
        walker.x = min(here.limit, here.x + 1)
    return state


def reward(state, action, next_state, goal):
    need = int(goal.split()[1])
    return (1.0, True) if next_state.one("Walker").purse >= need else (0.0, False)
