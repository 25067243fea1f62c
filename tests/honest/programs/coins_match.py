"""Structural pattern matching on actions and goals."""

from worldsmith_runtime import UnknownGoal


def transition(state, action):
    walker, end = state.one("Walker"), state.one("End")
    match action.name:
        case "left" if walker.x > 0:
            walker.x -= 1
        case "right" if walker.x < end.x:
            walker.x += 1
        case "take":
            for coin in state.where(type="Coin", x=walker.x):
                walker.purse += coin.worth
                state.remove(coin)
        case _:
            pass
    return state


def reward(state, action, next_state, goal):
    match goal.split():
        case ["collect", amount] if amount.isdigit():
            rich = next_state.one("Walker").purse >= int(amount)
            return (1.0, True) if rich else (0.0, False)
        case _:
            raise UnknownGoal(goal)
