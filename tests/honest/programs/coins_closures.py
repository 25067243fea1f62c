"""A table of handlers made by closures, one of them with nonlocal."""


def stepper(delta):
    def step(state):
        walker = state.one("Walker")
        goal_x = walker.x + delta
        if 0 <= goal_x <= state.one("End").x:
            walker.x = goal_x

    return step


def taker():
    def take(state):
        total = 0

        def add(worth):
            nonlocal total
            total += worth

        walker = state.one("Walker")
        for coin in state.where(x=walker.x, type="Coin"):
            add(coin.worth)
            state.remove(coin)
        walker.purse += total

    return take


HANDLERS = {"left": stepper(-1), "right": stepper(1), "take": taker()}


def transition(state, action):
    handler = HANDLERS.get(action.name, lambda state: None)
    handler(state)
    return state


def reward(state, action, next_state, goal):
    needed = int(goal.rpartition(" ")[2])
    have = next_state.one("Walker").purse
    return (1.0, True) if have >= needed else (0.0, False)
