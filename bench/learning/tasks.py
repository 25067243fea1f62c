"""Small worlds of actions with arguments: facts that come and go, containers, recipes, vehicles, codes, timers."""

import itertools
import random

from bench.learning.games import Outcome, Rules
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State


def _fact(state: State, kind: str, **attrs: object) -> Object | None:
    found = state.where(type=kind, **attrs)
    return found[0] if found else None


def stacks() -> Rules:
    """Blocks on blocks, told by facts alone: what lies on what, what is free above, what is held."""
    names = ("b1", "b2", "b3", "b4")

    def begin(rng: random.Random) -> State:
        piles: list[list[str]] = []
        for name in rng.sample(names, len(names)):
            if piles and rng.random() < 0.5:
                rng.choice(piles).append(name)
            else:
                piles.append([name])
        facts = [Object("Idle", who="arm")]
        for pile in piles:
            facts += [Object("Ground", it=pile[0]), Object("Free", it=pile[-1])]
            facts += [Object("Upon", it=upper, what=lower) for lower, upper in itertools.pairwise(pile)]
        return State(facts)

    def step(state: State, action: Action) -> Outcome:
        it, free = action.args[0], _fact(state, "Free", it=action.args[0])
        idle, held = _fact(state, "Idle"), _fact(state, "Held", it=it)
        if action.name == "lift" and free and idle and (ground := _fact(state, "Ground", it=it)):
            for fact in (free, idle, ground):
                state.remove(fact)
            state.add("Held", it=it)
        elif action.name == "unpile" and free and idle and (upon := _fact(state, "Upon", it=it, what=action.args[1])):
            for fact in (free, idle, upon):
                state.remove(fact)
            state.add("Held", it=it)
            state.add("Free", it=action.args[1])
        elif action.name == "drop" and held:
            state.remove(held)
            for kind in ("Ground", "Free"):
                state.add(kind, it=it)
            state.add("Idle", who="arm")
        elif action.name == "pile" and held and (under := _fact(state, "Free", it=action.args[1])):
            state.remove(held)
            state.remove(under)
            state.add("Upon", it=it, what=action.args[1])
            state.add("Free", it=it)
            state.add("Idle", who="arm")
        return state, 0.0, False

    every = [Action(verb, [a]) for verb in ("lift", "drop") for a in names]
    every += [Action(verb, [a, b]) for verb in ("pile", "unpile") for a in names for b in names if a != b]
    return Rules(begin, step, lambda _: every, length=20)


def freight() -> Rules:
    """Lorries drive between linked towns; parcels ride in a lorry that stands where they are; fuel is used up."""
    towns, lorries, parcels = ("t1", "t2", "t3", "t4"), ("v1", "v2"), ("p1", "p2", "p3")
    roads = {("t1", "t2"), ("t2", "t3"), ("t3", "t4"), ("t4", "t1"), ("t2", "t4")}

    def begin(rng: random.Random) -> State:
        things = [Object("Town", name=t) for t in towns]
        things += [Object("Road", start=a, end=b) for a, b in sorted(roads)]
        things += [Object("Lorry", name=v, town=rng.choice(towns), fuel=rng.randrange(4)) for v in lorries]
        things += [Object("Parcel", name=p, town=rng.choice(towns), ride=None) for p in parcels]
        return State(things)

    def step(state: State, action: Action) -> Outcome:
        first, second = (state.where(name=name)[0] for name in action.args)
        if action.name == "drive":
            if first.fuel > 0 and _fact(state, "Road", start=first.town, end=second.name):
                first.town, first.fuel = second.name, first.fuel - 1
        elif action.name == "fill" and first.town == second.name:
            first.fuel = 3
        elif action.name == "load" and first.town is not None and first.town == second.town:
            first.ride, first.town = second.name, None
        elif action.name == "unload" and first.ride == second.name:
            first.town, first.ride = second.town, None
        return state, 0.0, False

    every = [Action(verb, [v, t]) for verb in ("drive", "fill") for v in lorries for t in towns]
    every += [Action(verb, [p, v]) for verb in ("load", "unload") for p in parcels for v in lorries]
    return Rules(begin, step, lambda _: every, length=20)


def household() -> Rules:
    """One room of things in places, told by facts; what is held is put down, washed at a basin, warmed in a stove."""
    things, places = ("mug 1", "mug 2", "plate 1", "egg 1"), ("table 1", "basin 1", "stove 1", "shelf 1")

    def begin(rng: random.Random) -> State:
        facts = [Object("kind", obj=p, what=p.split()[0]) for p in places]
        facts += [Object("kind", obj=t, what=t.split()[0]) for t in things]
        facts += [Object("lies", obj=t, where=rng.choice(places)) for t in things]
        facts += [Object("shut", obj="shelf 1")] if rng.random() < 0.5 else []
        return State([*facts, Object("robot", at=rng.choice(places), full=False)])

    def step(state: State, action: Action) -> Outcome:
        robot, it = state.of("robot")[0], action.args[0]
        lies, held = _fact(state, "lies", obj=it, where=robot.at), _fact(state, "held", obj=it)
        shut = _fact(state, "shut", obj=robot.at)
        if action.name == "walk":
            robot.at = it
        elif action.name == "take" and lies and not shut and not robot.full:
            state.remove(lies)
            state.add("held", obj=it)
            robot.full = True
        elif action.name == "put" and held and not shut:
            state.remove(held)
            state.add("lies", obj=it, where=robot.at)
            robot.full = False
        elif action.name == "wash" and held and robot.at == "basin 1" and not _fact(state, "isclean", obj=it):
            state.add("isclean", obj=it)
        elif action.name == "warm" and held and robot.at == "stove 1" and not _fact(state, "iswarm", obj=it):
            state.add("iswarm", obj=it)
        elif action.name == "open" and robot.at == it and (lid := _fact(state, "shut", obj=it)):
            state.remove(lid)
        return state, 0.0, False

    every = [Action("walk", [p]) for p in places] + [Action("open", ["shelf 1"])]
    every += [Action(verb, [t]) for verb in ("take", "put", "wash", "warm") for t in things]
    return Rules(begin, step, lambda _: every, length=25)


def workshop() -> Rules:
    """Recipes are things: making uses up one unit of each of two stocks, at a bench that is switched on."""
    stocks = ("iron", "clay", "rope", "glue")

    def begin(rng: random.Random) -> State:
        things = [Object("Stock", name=s, count=rng.randrange(4)) for s in stocks]
        things += [Object("Recipe", name=n, left=a, right=b, gives=c) for n, a, b, c in _RECIPES]
        return State([*things, Object("Bench", on=rng.random() < 0.6, wear=rng.randrange(3))])

    def step(state: State, action: Action) -> Outcome:
        bench = state.of("Bench")[0]
        if action.name == "toggle":
            bench.on = not bench.on
        elif action.name == "mend":
            bench.wear = 0
        elif action.name == "dig":
            stock = state.where(type="Stock", name=action.args[0])[0]
            stock.count = min(5, stock.count + 1)
        elif bench.on and bench.wear < 3:
            recipe = state.where(type="Recipe", name=action.args[0])[0]
            left, right = (state.where(type="Stock", name=name)[0] for name in (recipe.left, recipe.right))
            if left.count > 0 and right.count > 0:
                left.count, right.count = left.count - 1, right.count - 1
                state.where(type="Stock", name=recipe.gives)[0].count += 1
                bench.wear += 1
        return state, 0.0, False

    every = [Action("toggle"), Action("mend"), *(Action("dig", [s]) for s in stocks[:2])]
    return Rules(begin, step, lambda _: [*every, *(Action("make", [r[0]]) for r in _RECIPES)], length=20)


_RECIPES = (("r1", "iron", "clay", "rope"), ("r2", "rope", "clay", "glue"))


def vault() -> Rules:
    """A dial is turned; a door of the dialled code opens; a switch flips all lamps of its colour."""
    colors = ("red", "blue")

    def begin(rng: random.Random) -> State:
        things = [Object("Door", name=f"d{i}", code=rng.randrange(4), open=rng.random() < 0.3) for i in range(3)]
        things += [Object("Switch", name=f"s{i}", color=c) for i, c in enumerate(colors)]
        things += [Object("Lamp", name=f"l{i}", color=rng.choice(colors), lit=rng.random() < 0.5) for i in range(4)]
        return State([*things, Object("Dial", digit=rng.randrange(4))])

    def step(state: State, action: Action) -> Outcome:
        dial = state.of("Dial")[0]
        if action.name == "turn":
            dial.digit = (dial.digit + 1) % 4
        elif action.name == "pull":
            door = state.where(type="Door", name=action.args[0])[0]
            if door.code == dial.digit:
                door.open = True
        elif action.name == "slam":
            state.where(type="Door", name=action.args[0])[0].open = False
        else:
            color = state.where(type="Switch", name=action.args[0])[0].color
            for lamp in state.where(type="Lamp", color=color):
                lamp.lit = not lamp.lit
        return state, 0.0, False

    every = [Action(verb, [f"d{i}"]) for verb in ("pull", "slam") for i in range(3)]
    every += [Action("flip", [f"s{i}"]) for i in range(2)] + [Action("turn")]
    return Rules(begin, step, lambda _: every, length=20)


def ovens() -> Rules:
    """Ovens count down each step while they run; a full one may be started, and emptied when it stands still."""

    def begin(rng: random.Random) -> State:
        things = [Object("Oven", name=n, time=rng.choice([0, 0, 2, 3]), full=rng.random() < 0.3) for n in ("o1", "o2")]
        return State([*things, Object("Tally", loaves=rng.randrange(3))])

    def step(state: State, action: Action) -> Outcome:
        for oven in state.of("Oven"):
            if oven.time > 0:
                oven.time -= 1
        if action.args:
            oven, tally = state.where(type="Oven", name=action.args[0])[0], state.of("Tally")[0]
            if action.name == "start" and oven.full and oven.time == 0:
                oven.time = 3
            elif action.name == "fill" and not oven.full:
                oven.full = True
            elif action.name == "empty" and oven.full and oven.time == 0:
                oven.full, tally.loaves = False, tally.loaves + 1
        return state, 0.0, False

    every = [Action(verb, [n]) for verb in ("start", "fill", "empty") for n in ("o1", "o2")]
    return Rules(begin, step, lambda _: [*every, Action("wait")], length=20)


_EVERY = (stacks, freight, household, workshop, vault, ovens)
ALL = {rules.__name__: rules for rules in _EVERY}
