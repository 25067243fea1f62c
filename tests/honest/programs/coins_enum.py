"""An enum of moves whose members carry their direction."""

from enum import Enum


class Move(Enum):
    LEFT = ("left", -1)
    RIGHT = ("right", +1)
    TAKE = ("take", 0)

    def __init__(self, word, step):
        self.word = word
        self.step = step

    @classmethod
    def of(cls, action):
        for member in cls:
            if member.word == action.name:
                return member
        raise ValueError(f"no such move: {action.name!r}")


def transition(state, action):
    move = Move.of(action)
    walker = state.one("Walker")
    if move is Move.TAKE:
        for coin in state.where(type="Coin", x=walker.x):
            walker.purse = walker.purse + coin.worth
            state.remove(coin)
    else:
        target = walker.x + move.step
        if 0 <= target <= state.one("End").x:
            walker.x = target
    return state


def reward(state, action, next_state, goal):
    _, amount = goal.split(" ")
    done = next_state.one("Walker").purse >= int(amount)
    return (1.0 if done else 0.0), done
