"""Small worlds without places, with one mechanism each."""

import random

from bench.learning.games import Outcome, Rules
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State


def crafting() -> Rules:
    """Raw things are gathered and counted; recipes use up counts; tools gate what may be gathered."""
    recipes = {"plank": {"wood": 1}, "stick": {"plank": 1}, "pick": {"plank": 2, "stick": 1}}
    tools = {"wood": None, "stone": "pick"}

    def begin(rng: random.Random) -> State:
        things = {"wood": rng.randrange(3), "plank": rng.randrange(3), "stick": rng.randrange(2), "stone": 0, "pick": 0}
        return State([Object("Bag", **things)])

    def step(state: State, action: Action) -> Outcome:
        bag, what = state.of("Bag")[0], action.args[0]
        if action.name == "gather":
            tool = tools[what]
            if (tool is None or bag[tool] > 0) and bag[what] < 5:
                bag[what] += 1
        elif all(bag[part] >= count for part, count in recipes[what].items()):
            for part, count in recipes[what].items():
                bag[part] -= count
            bag[what] += 1
        done = bag.stone >= 2
        return state, 1.0 if done else 0.0, done

    every = [Action("gather", [w]) for w in tools] + [Action("craft", [w]) for w in recipes]
    return Rules(begin, step, lambda _: every)


def kitchen() -> Rules:
    """Food goes into containers that must be open; a running stove cooks what is in it, a knife cuts what is held."""
    names = ("oven", "fridge", "shelf")

    def begin(rng: random.Random) -> State:
        boxes = [Object("Container", name=n, open=rng.random() < 0.6, hot=n == "oven") for n in names]
        foods = [
            Object("Food", name=n, inside=rng.choice(names), cooked=False, cut=False)
            for n in ("egg", "leek", "rice", "fish")
        ]
        return State([*boxes, *foods, Object("Cook", holds=None, knife=rng.random() < 0.5)])

    def step(state: State, action: Action) -> Outcome:
        cook, arg = state.of("Cook")[0], action.args[0] if action.args else None
        if action.name in {"open", "close"}:
            state.where(type="Container", name=arg)[0].open = action.name == "open"
        elif action.name == "take":
            food = state.where(type="Food", name=arg)[0]
            if cook.holds is None and food.inside and state.where(type="Container", name=food.inside)[0].open:
                cook.holds, food.inside = food.name, None
        elif action.name == "put" and cook.holds is not None:
            box = state.where(type="Container", name=arg)[0]
            if box.open:
                food = state.where(type="Food", name=cook.holds)[0]
                food.inside, cook.holds = box.name, None
        elif action.name == "cut" and cook.holds is not None and cook.knife:
            state.where(type="Food", name=cook.holds)[0].cut = True
        elif action.name == "heat":
            for food in state.of("Food"):
                box = state.where(type="Container", name=food.inside)
                if box and box[0].hot and not box[0].open:
                    food.cooked = True
        elif action.name == "knife":
            cook.knife = not cook.knife
        return state, 0.0, False

    def actions(state: State) -> list[Action]:
        verbs = [Action(v, [box.name]) for v in ("open", "close", "put") for box in state.of("Container")]
        return [*verbs, *(Action("take", [f.name]) for f in state.of("Food")), *map(Action, ("cut", "heat", "knife"))]

    return Rules(begin, step, actions)


def shop() -> Rules:
    """Buying needs as much money as the ware costs; selling gives it back; working pays the wage of the day."""
    names = ("hat", "pan", "rug")

    def begin(rng: random.Random) -> State:
        wares = [Object("Ware", name=n, price=rng.randrange(1, 7), owned=rng.random() < 0.3) for n in names]
        return State([*wares, Object("Buyer", money=rng.randrange(8)), Object("Job", wage=rng.randrange(1, 4))])

    def step(state: State, action: Action) -> Outcome:
        buyer = state.of("Buyer")[0]
        if action.name == "work":
            buyer.money += state.of("Job")[0].wage
            return state, 0.0, False
        ware = state.where(type="Ware", name=action.args[0])[0]
        if action.name == "buy" and not ware.owned and buyer.money >= ware.price:
            ware.owned, buyer.money = True, buyer.money - ware.price
        elif action.name == "sell" and ware.owned:
            ware.owned, buyer.money = False, buyer.money + ware.price
        return state, 0.0, False

    return Rules(begin, step, lambda _: [Action("work"), *(Action(v, [n]) for v in ("buy", "sell") for n in names)])
