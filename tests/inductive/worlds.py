"""Small worlds with hand-written rules, for the learner's tests: a step function, some starts, some actions."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State

Outcome = tuple[State, float, bool]


@dataclass(frozen=True)
class Toy:
    """A deterministic world: ``begin(rng)`` gives a start, ``step`` what an action does."""

    begin: Callable[[random.Random], State]
    step: Callable[[State, Action], Outcome]
    actions: Callable[[State], Sequence[Action]]


def gather(toy: Toy, rows: int, seed: int, length: int = 25) -> tuple[list[Transition], list[Start]]:
    """Distinct transitions of random play, and the starts."""
    rng, found, starts = random.Random(seed), {}, []
    for _ in range(rows):  # episodes: more than are ever needed
        state = toy.begin(rng)
        starts.append(Start(state))
        for _ in range(length):
            action = rng.choice(list(toy.actions(state)))
            after, reward, done = toy.step(state.copy(), action)
            row = Transition(state, action, reward, after, "", done)
            found[row.digest()] = row
            state = after
            if done or len(found) >= rows:
                break
        if len(found) >= rows:
            break
    return list(found.values()), starts


def corridor() -> Toy:
    """Walk left and right between walls; a coin is taken by stepping on it, and counted; the last one pays."""

    def begin(rng: random.Random) -> State:
        cells = list(range(1, 8))
        rng.shuffle(cells)
        things = [Object("Wall", x=0, y=0), Object("Wall", x=8, y=0), Object("Walker", x=cells[0], y=0, purse=0)]
        return State(things + [Object("Coin", x=x, y=0) for x in cells[1:3]])

    def step(state: State, action: Action) -> Outcome:
        walker = state.of("Walker")[0]
        target = walker.x + (1 if action == "right" else -1)
        if any(thing.type == "Wall" for thing in state.where(x=target)):
            return state, 0.0, False
        walker.x = target
        coins = [thing for thing in state.where(x=target) if thing.type == "Coin"]
        for coin in coins:
            state.remove(coin)
            walker.purse += 1
        done = bool(coins) and not state.of("Coin")
        return state, 1.0 if done else 0.0, done

    return Toy(begin, step, lambda _: [Action("left"), Action("right")])


def lamps() -> Toy:
    """No places at all: `press(name)` flips a lamp, unless it is broken; all on ends the episode and pays."""

    def begin(rng: random.Random) -> State:
        lamps_ = [Object("Lamp", name=n, on=rng.random() < 0.3, broken=False) for n in "abc"]
        return State([*lamps_, Object("Lamp", name="d", on=True, broken=True)])

    def step(state: State, action: Action) -> Outcome:
        for lamp in state.where(name=action.args[0]):
            if not lamp.broken:
                lamp.on = not lamp.on
        done = all(lamp.on for lamp in state.of("Lamp"))
        return state, 1.0 if done else 0.0, done

    return Toy(begin, step, lambda s: [Action("press", [lamp.name]) for lamp in s.of("Lamp")])


def pantry() -> Toy:
    """Objects named by arguments: a thing can be taken when the hand is free and its box is open, and put back."""

    def begin(rng: random.Random) -> State:
        boxes = [Object("Box", name=n, open=rng.random() < 0.5) for n in ("red", "blue")]
        foods = [Object("Food", name=n, inside=rng.choice(["red", "blue"])) for n in ("egg", "leek", "rice")]
        return State([*boxes, *foods, Object("Hand", holds=None)])

    def step(state: State, action: Action) -> Outcome:
        hand = state.of("Hand")[0]
        if action.name in {"open", "close"}:
            state.where(type="Box", name=action.args[0])[0].open = action.name == "open"
        elif action.name == "take":
            food = state.where(type="Food", name=action.args[0])[0]
            if hand.holds is None and food.inside is not None:
                hand.holds, food.inside = food.name, None
        elif action.name == "put" and hand.holds is not None:
            state.where(type="Food", name=hand.holds)[0].inside = action.args[0]
            hand.holds = None
        return state, 0.0, False

    def actions(state: State) -> list[Action]:
        boxes = [box.name for box in state.of("Box")]
        return [
            *(Action(verb, [box]) for verb in ("open", "close", "put") for box in boxes),
            *(Action("take", [food.name]) for food in state.of("Food")),
        ]

    return Toy(begin, step, actions)


def rain() -> Toy:
    """Drops fall by themselves until something is below; the actor only moves sideways."""

    def begin(rng: random.Random) -> State:
        floor = [Object("Floor", x=x, y=5) for x in range(6)]
        drops = [Object("Drop", x=x, y=rng.randrange(0, 3)) for x in rng.sample(range(6), 2)]
        return State([*floor, *drops, Object("Cat", x=rng.randrange(1, 5), y=4)])

    def step(state: State, action: Action) -> Outcome:
        taken = {(thing.x, thing.y) for thing in state}
        cat = state.of("Cat")[0]
        for drop in state.of("Drop"):
            if (drop.x, drop.y + 1) not in taken:
                drop.y += 1
        target = cat.x + {"left": -1, "right": 1}.get(action.name, 0)
        if 0 <= target <= 5 and not any(t.type == "Drop" for t in state.where(x=target, y=4)):
            cat.x = target
        return state, 0.0, False

    return Toy(begin, step, lambda _: [Action("left"), Action("right"), Action("wait")])
