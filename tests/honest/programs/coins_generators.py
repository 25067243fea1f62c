"""Generators yield the changes; another function carries them out."""

from collections.abc import Iterator


def changes(state, action) -> Iterator[tuple[str, int]]:
    walker = state.one("Walker")
    if action == "take":
        yield from (("gain", coin.worth) for coin in coins_here(state))
        return
    where = walker.x + (-1 if action == "left" else 1)
    if where in range(state.one("End").x + 1):
        yield "go", where


def coins_here(state):
    x = state.one("Walker").x
    for coin in state.of("Coin"):
        if coin.x != x:
            continue
        yield coin


def transition(state, action):
    walker = state.one("Walker")
    gone = list(coins_here(state)) if action == "take" else []
    for what, amount in list(changes(state, action)):
        if what == "go":
            walker.x = amount
        else:
            walker.purse += amount
    for coin in gone:
        state.remove(coin)
    return state


def reward(state, action, next_state, goal):
    purse = next_state.one("Walker").purse
    try:
        enough = purse >= int(goal.split()[-1])
    except ValueError:
        enough = False
    finally:
        del purse
    return (1.0 if enough else 0.0, enough)
