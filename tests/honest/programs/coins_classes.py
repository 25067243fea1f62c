"""A small hierarchy of rules with an abstract base, each rule saying whether it applies."""

from abc import ABC, abstractmethod


class Rule(ABC):
    """What an action does."""

    name = ""

    def __init__(self, state):
        self._state = state
        self._walker = state.one("Walker")

    @abstractmethod
    def applies(self) -> bool: ...

    @abstractmethod
    def apply(self) -> None: ...

    def __repr__(self):
        return f"<{type(self).__name__} at {self._walker.x}>"


class Left(Rule):
    name = "left"

    def applies(self):
        return self._walker.x >= 1

    def apply(self):
        self._walker.x -= 1


class Right(Rule):
    name = "right"

    def applies(self):
        return self._walker.x + 1 <= self._state.one("End").x

    def apply(self):
        self._walker.x += 1


class Take(Rule):
    name = "take"

    def applies(self):
        return bool(self._state.where(type="Coin", x=self._walker.x))

    def apply(self):
        for coin in self._state.where(type="Coin", x=self._walker.x):
            self._walker.purse += coin.worth
            self._state.remove(coin)


RULES = {rule.name: rule for rule in (Left, Right, Take)}


def transition(state, action):
    rule = RULES[action.name](state)
    if rule.applies():
        rule.apply()
    return state


def reward(state, action, next_state, goal):
    verb, number = goal.split()
    assert verb == "collect", goal
    won = next_state.one("Walker").purse >= int(number)
    return float(won), won
