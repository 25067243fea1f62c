"""A frozen dataclass holds the situation; the state is read into it and written back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from worldsmith_runtime import State


@dataclass(frozen=True)
class Corridor:
    x: int
    purse: int
    end: int
    coins: tuple[tuple[int, int], ...] = field(default_factory=tuple)

    @classmethod
    def read(cls, state: State) -> Corridor:
        walker = state.one("Walker")
        coins = tuple(sorted((coin.x, coin.worth) for coin in state.of("Coin")))
        return cls(walker.x, walker.purse, state.one("End").x, coins)

    def moved(self, by: int) -> Corridor:
        return replace(self, x=min(max(self.x + by, 0), self.end))

    def emptied(self) -> Corridor:
        gained = sum(worth for place, worth in self.coins if place == self.x)
        left = tuple(coin for coin in self.coins if coin[0] != self.x)
        return replace(self, purse=self.purse + gained, coins=left)

    def write(self, state: State) -> State:
        walker = state.one("Walker")
        walker.x, walker.purse = self.x, self.purse
        for coin in state.of("Coin"):
            if (coin.x, coin.worth) not in self.coins:
                state.remove(coin)
        return state


def transition(state: State, action) -> State:
    corridor = Corridor.read(state)
    if action.name == "take":
        return corridor.emptied().write(state)
    return corridor.moved({"left": -1, "right": 1}[action.name]).write(state)


def reward(state: State, action, next_state: State, goal: str) -> tuple[float, bool]:
    enough = Corridor.read(next_state).purse >= int(goal.removeprefix("collect "))
    return float(enough), enough
