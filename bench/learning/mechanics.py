"""Small worlds with one mechanism each, which the learner was not told of."""

import random
from collections.abc import Sequence

from bench.learning.games import Outcome, Rules
from bench.learning.placeless import crafting, kitchen, shop
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State

WAYS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
MOVES = tuple(Action(way) for way in WAYS)


def _room(rng: random.Random, size: int, walls: int) -> tuple[list[Object], list[tuple[int, int]]]:
    """Walls around and a few inside, and the free cells in random order."""
    inner = [(x, y) for x in range(1, size - 1) for y in range(1, size - 1)]
    rng.shuffle(inner)
    edge = [(x, y) for x in range(size) for y in range(size) if x in (0, size - 1) or y in (0, size - 1)]
    return [Object("Wall", x=x, y=y) for x, y in [*edge, *inner[:walls]]], inner[walls:]


def _at(state: State, place: tuple[int, int], *kinds: str) -> list[Object]:
    return [thing for thing in state.where(x=place[0], y=place[1]) if not kinds or thing.type in kinds]


def _next(thing: Object, way: tuple[int, int], far: int = 1) -> tuple[int, int]:
    return (thing.x + far * way[0], thing.y + far * way[1])


def _moves(_: State) -> Sequence[Action]:
    return MOVES


def ice() -> Rules:
    """The player slides until a wall or a rock stops it."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 8, 3)
        rocks = [Object("Rock", x=x, y=y) for x, y in free[1:4]]
        return State([*walls, *rocks, Object("Player", x=free[0][0], y=free[0][1])])

    def step(state: State, action: Action) -> Outcome:
        player = state.of("Player")[0]
        while not _at(state, _next(player, WAYS[action.name]), "Wall", "Rock"):
            player.x, player.y = _next(player, WAYS[action.name])
        return state, 0.0, False

    return Rules(begin, step, _moves)


def belts() -> Rules:
    """A belt carries the player who steps onto it one cell further, unless a wall is there."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 7, 2)
        belts_ = [Object("Belt", x=x, y=y, to=rng.choice(list(WAYS))) for x, y in free[1:7]]
        return State([*walls, *belts_, Object("Player", x=free[0][0], y=free[0][1])])

    def step(state: State, action: Action) -> Outcome:
        player = state.of("Player")[0]
        target = _next(player, WAYS[action.name])
        if _at(state, target, "Wall"):
            return state, 0.0, False
        player.x, player.y = target
        for belt in _at(state, target, "Belt"):
            carried = _next(player, WAYS[belt.to])
            if not _at(state, carried, "Wall"):
                player.x, player.y = carried
        return state, 0.0, False

    return Rules(begin, step, _moves)


def boulders() -> Rules:
    """Boulders fall one cell a step, in piles too; the digger removes earth."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 8, 0)
        things = [Object("Digger", x=free[0][0], y=free[0][1])]
        things += [Object("Boulder", x=x, y=y) for x, y in free[1:6]]
        things += [Object("Earth", x=x, y=y) for x, y in free[6:24]]
        return State([*walls, *things])

    def step(state: State, action: Action) -> Outcome:
        digger = state.of("Digger")[0]
        target = _next(digger, WAYS[action.name])
        if not _at(state, target, "Wall", "Boulder"):
            for earth in _at(state, target, "Earth"):
                state.remove(earth)
            digger.x, digger.y = target
        for boulder in sorted(state.of("Boulder"), key=lambda b: -b.y):
            if not _at(state, (boulder.x, boulder.y + 1)):
                boulder.y += 1
        return state, 0.0, False

    return Rules(begin, step, _moves)


def lights() -> Rules:
    """Pressing flips the lamp under the cursor and its four neighbours; all dark pays."""

    def begin(rng: random.Random) -> State:
        lamps = [Object("Lamp", x=x, y=y, on=rng.random() < 0.5) for x in range(4) for y in range(4)]
        return State([*lamps, Object("Cursor", x=rng.randrange(4), y=rng.randrange(4))])

    def step(state: State, action: Action) -> Outcome:
        cursor = state.of("Cursor")[0]
        if action.name == "press":
            for dx, dy in ((0, 0), *WAYS.values()):
                for lamp in _at(state, (cursor.x + dx, cursor.y + dy), "Lamp"):
                    lamp.on = not lamp.on
        else:
            target = _next(cursor, WAYS[action.name])
            if _at(state, target, "Lamp"):
                cursor.x, cursor.y = target
        done = not any(lamp.on for lamp in state.of("Lamp"))
        return state, 1.0 if done else 0.0, done

    return Rules(begin, step, lambda _: [*MOVES, Action("press")])


def portals() -> Rules:
    """Who steps onto a portal comes out at the other one of its colour."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 7, 3)
        doors = [
            Object("Portal", x=x, y=y, color=color)
            for (x, y), color in zip(free[1:5], ["red", "red", "blue", "blue"], strict=True)
        ]
        return State([*walls, *doors, Object("Player", x=free[0][0], y=free[0][1])])

    def step(state: State, action: Action) -> Outcome:
        player = state.of("Player")[0]
        target = _next(player, WAYS[action.name])
        if not _at(state, target, "Wall"):
            for portal in _at(state, target, "Portal"):
                other = next(p for p in state.where(type="Portal", color=portal.color) if p != portal)
                target = (other.x, other.y)
            player.x, player.y = target
        return state, 0.0, False

    return Rules(begin, step, _moves)


def trains() -> Rules:
    """The player pushes any number of crates in a row, if the cell after the last is free."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 8, 2)
        crates = [Object("Crate", x=x, y=y) for x, y in free[1:11]]
        return State([*walls, *crates, Object("Player", x=free[0][0], y=free[0][1])])

    def step(state: State, action: Action) -> Outcome:
        player, way = state.of("Player")[0], WAYS[action.name]
        row, far = [], 1
        while crates := _at(state, _next(player, way, far), "Crate"):
            row += crates
            far += 1
        if not _at(state, _next(player, way, far), "Wall"):
            for thing in [*row, player]:
                thing.x, thing.y = _next(thing, way)
        return state, 0.0, False

    return Rules(begin, step, _moves)


def patrol() -> Rules:
    """Guards walk their way and turn round at walls; meeting one ends the episode."""
    back = {"up": "down", "down": "up", "left": "right", "right": "left"}

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 8, 3)
        guards = [Object("Guard", x=x, y=y, heading=rng.choice(list(WAYS))) for x, y in free[1:3]]
        return State([*walls, *guards, Object("Player", x=free[0][0], y=free[0][1])])

    def step(state: State, action: Action) -> Outcome:
        player = state.of("Player")[0]
        target = _next(player, WAYS[action.name])
        if not _at(state, target, "Wall"):
            player.x, player.y = target
        for guard in state.of("Guard"):
            if _at(state, _next(guard, WAYS[guard.heading]), "Wall"):
                guard.heading = back[guard.heading]
            else:
                guard.x, guard.y = _next(guard, WAYS[guard.heading])
        done = bool(_at(state, (player.x, player.y), "Guard"))
        return state, -1.0 if done else 0.0, done

    return Rules(begin, step, _moves)


def levers() -> Rules:
    """Levers open and shut gates of their colour from afar; locks use up one key of those that were picked up."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 8, 2)
        colors = ["red", "blue"]
        things = [Object("Gate", x=x, y=y, color=rng.choice(colors), open=rng.random() < 0.4) for x, y in free[1:5]]
        things += [Object("Lever", x=x, y=y, color=c) for (x, y), c in zip(free[5:7], colors, strict=True)]
        things += [Object("Key", x=x, y=y) for x, y in free[7:10]] + [Object("Lock", x=x, y=y) for x, y in free[10:13]]
        return State([*walls, *things, Object("Player", x=free[0][0], y=free[0][1], keys=0)])

    def step(state: State, action: Action) -> Outcome:
        player = state.of("Player")[0]
        if action.name == "pull":
            for lever in _at(state, (player.x, player.y), "Lever"):
                for gate in state.where(type="Gate", color=lever.color):
                    gate.open = not gate.open
            return state, 0.0, False
        target = _next(player, WAYS[action.name])
        if _at(state, target, "Wall") or any(not gate.open for gate in _at(state, target, "Gate")):
            return state, 0.0, False
        for lock in _at(state, target, "Lock"):
            if not player.keys:
                return state, 0.0, False
            player.keys -= 1
            state.remove(lock)
        for key in _at(state, target, "Key"):
            state.remove(key)
            player.keys += 1
        player.x, player.y = target
        return state, 0.0, False

    return Rules(begin, step, lambda _: [*MOVES, Action("pull")])


def energy() -> Rules:
    """Every move costs energy, mud costs three; without enough nothing moves; springs fill it up."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 7, 2)
        things = [Object("Mud", x=x, y=y) for x, y in free[1:7]] + [Object("Spring", x=x, y=y) for x, y in free[7:9]]
        return State([*walls, *things, Object("Player", x=free[0][0], y=free[0][1], energy=rng.randrange(2, 11))])

    def step(state: State, action: Action) -> Outcome:
        player = state.of("Player")[0]
        if action.name == "drink":
            if _at(state, (player.x, player.y), "Spring"):
                player.energy = 10
            return state, 0.0, False
        target = _next(player, WAYS[action.name])
        cost = 3 if _at(state, target, "Mud") else 1
        if not _at(state, target, "Wall") and player.energy >= cost:
            player.x, player.y = target
            player.energy -= cost
        return state, 0.0, False

    return Rules(begin, step, lambda _: [*MOVES, Action("drink")])


def garden() -> Rules:
    """Watered plants age each step and ripen at age three; ripe ones are harvested, seeds planted where one stands."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 6, 0)
        plants = [
            Object("Plant", x=x, y=y, age=rng.randrange(3), wet=rng.random() < 0.5, ripe=False) for x, y in free[1:5]
        ]
        return State([*walls, *plants, Object("Farmer", x=free[0][0], y=free[0][1], seeds=2, crop=0)])

    def step(state: State, action: Action) -> Outcome:
        farmer = state.of("Farmer")[0]
        here = _at(state, (farmer.x, farmer.y), "Plant")
        plants = state.of("Plant")
        if action.name in WAYS:
            target = _next(farmer, WAYS[action.name])
            if not _at(state, target, "Wall"):
                farmer.x, farmer.y = target
        elif action.name == "plant" and not here and farmer.seeds > 0:
            state.add("Plant", x=farmer.x, y=farmer.y, age=0, wet=False, ripe=False)
            farmer.seeds -= 1
        elif action.name == "harvest" and here and here[0].ripe:
            state.remove(here[0])
            plants = [plant for plant in plants if plant != here[0]]
            farmer.crop += 1
            farmer.seeds += 2
        for plant in plants:
            if plant.wet and not plant.ripe:
                plant.age += 1
                plant.ripe = plant.age >= 3
        if action.name == "water" and here:
            here[0].wet = True
        return state, 0.0, False

    return Rules(begin, step, lambda _: [*MOVES, *map(Action, ("plant", "harvest", "water"))])


def ferry() -> Rules:
    """A cart hooked to the player moves with it; hooking needs to stand on its cell."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 7, 3)
        carts = [Object("Cart", x=x, y=y, hooked=False) for x, y in free[1:3]]
        return State([*walls, *carts, Object("Player", x=free[0][0], y=free[0][1], pulls=False)])

    def step(state: State, action: Action) -> Outcome:
        player = state.of("Player")[0]
        if action.name == "hook":
            for cart in _at(state, (player.x, player.y), "Cart"):
                if not player.pulls:
                    cart.hooked = player.pulls = True
                    break
        elif action.name == "drop":
            for cart in state.where(type="Cart", hooked=True):
                cart.hooked = player.pulls = False
        else:
            target = _next(player, WAYS[action.name])
            if not _at(state, target, "Wall"):
                for thing in [*state.where(type="Cart", hooked=True), player]:
                    thing.x, thing.y = target
        return state, 0.0, False

    return Rules(begin, step, lambda _: [*MOVES, Action("hook"), Action("drop")])


def hunt() -> Rules:
    """A wolf takes a step towards the player after each of its moves: along x first, then along y."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 8, 0)
        wolf = Object("Wolf", x=free[1][0], y=free[1][1])
        return State([*walls, wolf, Object("Player", x=free[0][0], y=free[0][1])])

    def step(state: State, action: Action) -> Outcome:
        player, wolf = state.of("Player")[0], state.of("Wolf")[0]
        if wolf.x != player.x:
            wolf.x += 1 if player.x > wolf.x else -1
        elif wolf.y != player.y:
            wolf.y += 1 if player.y > wolf.y else -1
        target = _next(player, WAYS[action.name])
        if not _at(state, target, "Wall"):
            player.x, player.y = target
        done = (wolf.x, wolf.y) == (player.x, player.y)
        return state, -1.0 if done else 0.0, done

    return Rules(begin, step, _moves)


_FIRST = (ice, belts, boulders, crafting, kitchen, lights, portals, trains)
_SECOND = (patrol, levers, energy, shop, garden, ferry, hunt)
ALL = {rules.__name__: rules for rules in _FIRST + _SECOND}
