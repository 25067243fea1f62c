"""Plain ifs on the objects of the state."""


def transition(state, action):
    walker = state.one("Walker")
    end = state.one("End")
    if action == "left":
        if walker.x > 0:
            walker.x -= 1
    elif action == "right":
        if walker.x < end.x:
            walker.x += 1
    elif action == "take":
        for coin in state.of("Coin"):
            if coin.x == walker.x:
                walker.purse += coin.worth
                state.remove(coin)
    return state


def reward(state, action, next_state, goal):
    wanted = int(goal.split()[1])
    if next_state.one("Walker").purse >= wanted:
        return 1.0, True
    return 0.0, False
