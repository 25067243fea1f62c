"""Rewards that are numbers: what is taken is worth, how many at once, a price for each step, a prize at the end."""

import random

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.state import Object, State
from tests.inductive.support import fits, learn
from tests.inductive.worlds import Toy, gather

MOVES = {"east": (1, 0), "west": (-1, 0), "north": (0, -1), "south": (0, 1)}


def treasure(worths: tuple[int, ...]) -> Toy:
    """Coins pay what they are worth when they are stepped on; each step costs 0.1; the last coin ends it."""

    def begin(rng: random.Random) -> State:
        spots = rng.sample([(x, y) for x in range(5) for y in range(5)], 5)
        coins = [Object("Coin", x=x, y=y, worth=rng.choice(worths)) for x, y in spots[1:]]
        return State([Object("Miner", x=spots[0][0], y=spots[0][1]), *coins])

    def step(state: State, action: Action) -> tuple[State, float, bool]:
        miner, (dx, dy) = state.of("Miner")[0], MOVES[action.name]
        if not (0 <= miner.x + dx < 5 and 0 <= miner.y + dy < 5):
            return state, -0.1, False
        miner.x, miner.y = miner.x + dx, miner.y + dy
        found = [thing for thing in state.where(x=miner.x, y=miner.y) if thing.type == "Coin"]
        paid = sum(coin.worth for coin in found)
        for coin in found:
            state.remove(coin)
        return state, paid - 0.1, bool(found) and not state.of("Coin")

    return Toy(begin, step, lambda _: [Action(name) for name in MOVES])


def lanterns() -> Toy:
    """A switch of a colour lights all lamps of that colour that are off; each pays 2; all lit ends it with 7 on top."""

    def begin(rng: random.Random) -> State:
        hues = [rng.choice(["red", "blue", "green"]) for _ in range(6)]
        return State(Object("Lamp", spot=i, hue=hue, lit=False) for i, hue in enumerate(hues))

    def step(state: State, action: Action) -> tuple[State, float, bool]:
        dark = [lamp for lamp in state.of("Lamp") if lamp.hue == action.args[0] and not lamp.lit]
        for lamp in dark:
            lamp.lit = True
        done = bool(dark) and all(lamp.lit for lamp in state.of("Lamp"))
        return state, 2.0 * len(dark) + (7.0 if done else 0.0), done

    return Toy(begin, step, lambda _: [Action("light", [hue]) for hue in ("red", "blue", "green")])


def test_what_a_thing_is_worth_is_paid_when_it_is_taken_and_worths_never_seen_too() -> None:
    rows, starts = gather(treasure((1, 2, 5)), 400, seed=1, length=200)
    assert any(row.done for row in rows)
    source = learn(rows, starts).source
    unseen, _ = gather(treasure((3, 8, 20)), 600, seed=2)
    assert sum(row.reward > 0 for row in unseen) > 30
    model = load_model(source)
    for row in unseen:
        paid, done = model.reward(row.state, row.action, row.next_state, row.goal)
        assert abs(paid - row.reward) < 1e-6
        assert done == row.done


def test_so_much_for_each_thing_and_a_prize_at_the_end() -> None:
    rows, starts = gather(lanterns(), 60, seed=1)
    unseen, _ = gather(lanterns(), 300, seed=2)
    assert {row.reward for row in unseen} - {row.reward for row in rows}, "a reward that training never showed"
    assert fits(learn(rows, starts).source, unseen)[1] == 1.0


def test_a_reward_that_comes_in_one_size_is_a_constant() -> None:
    rows, starts = gather(treasure((4,)), 150, seed=1)
    assert "amount" not in learn(rows, starts).source


def test_the_number_that_a_place_pays_is_read_off_it() -> None:
    rng, rows = random.Random(5), list[Transition]()
    tiles = [Object("Tile", x=x, y=0, toll=rng.choice([0, 1, 3, 4])) for x in range(12)]
    for x in range(11):
        for name, dx in (("east", 1), ("west", -1)):
            if 0 <= x + dx < 12:
                states = [State([*tiles, Object("Cart", x=at, y=0)]) for at in (x, x + dx)]
                rows.append(Transition(states[0], Action(name), -0.5 * tiles[x + dx].toll, states[1]))
    model = load_model(learn(rows).source)
    other = [
        State([Object("Tile", x=x, y=0, toll=9 - x) for x in range(12)] + [Object("Cart", x=at, y=0)]) for at in (2, 3)
    ]
    assert model.reward(other[0], Action("east"), other[1], "") == (-3.0, False)
