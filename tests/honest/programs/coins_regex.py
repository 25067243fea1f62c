"""The goal is parsed by a regular expression compiled once."""

import re

from worldsmith_runtime import UnknownGoal

PATTERN = re.compile(r"^\s*(?:collect|gather|pick\s+up)\s+(?P<amount>\d+)(?:\s+(?:coins?|points?))?\s*$", re.IGNORECASE)


def amount_of(goal: str) -> int:
    found = PATTERN.match(goal)
    if found is None:
        raise UnknownGoal(goal)
    return int(found["amount"])


def transition(state, action):
    walker = state.one("Walker")
    last = max(end.x for end in state.of("End"))
    if action.name in ("left", "right"):
        walker.x += 1 if action.name == "right" else -1
        walker.x = sorted((0, walker.x, last))[1]
        return state
    under = [coin for coin in state.of("Coin") if coin.x == walker.x]
    walker.purse += sum(coin.worth for coin in under)
    for coin in under:
        state.remove(coin)
    return state


def reward(state, action, next_state, goal):
    reached = next_state.one("Walker").purse >= amount_of(goal)
    return int(reached) * 1.0, reached
