"""Further small worlds with one mechanism each: things that act at a distance, by themselves, or on many at once."""

import random

from bench.learning.games import Outcome, Rules
from bench.learning.mechanics import MOVES, WAYS, _at, _moves, _next, _room
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State

TURN = {"up": "right", "right": "down", "down": "left", "left": "up"}


def _walk(state: State, kind: str, action: Action, *walls: str) -> None:
    """Moves the only thing of a type, unless something is in its way."""
    mover = state.of(kind)[0]
    target = _next(mover, WAYS[action.name])
    if not _at(state, target, *walls):
        mover.x, mover.y = target


def tiles() -> Rules:
    """Numbered tiles in a frame: one next to the hole slides into it."""

    def begin(rng: random.Random) -> State:
        cells = [(x, y) for x in range(3) for y in range(3)]
        rng.shuffle(cells)
        tiles_ = [Object("Tile", x=x, y=y, number=i) for i, (x, y) in enumerate(cells[1:], 1)]
        return State([*tiles_, Object("Hole", x=cells[0][0], y=cells[0][1])])

    def step(state: State, action: Action) -> Outcome:
        hole = state.of("Hole")[0]
        for tile in _at(state, _next(hole, WAYS[action.name]), "Tile"):
            tile.x, tile.y, hole.x, hole.y = hole.x, hole.y, tile.x, tile.y
        return state, 0.0, False

    return Rules(begin, step, _moves)


def plates() -> Rules:
    """A gate of a colour is open as long as a crate or the player stands on the plate of that colour."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 7, 1)
        colors = ["red", "blue"]
        things = [Object("Plate", x=x, y=y, color=c) for (x, y), c in zip(free[1:3], colors, strict=True)]
        things += [Object("Gate", x=x, y=y, color=c, open=False) for (x, y), c in zip(free[3:5], colors, strict=True)]
        things += [Object("Crate", x=x, y=y) for x, y in free[5:7]]
        return State([*walls, *things, Object("Player", x=free[0][0], y=free[0][1])])

    def step(state: State, action: Action) -> Outcome:
        player, way = state.of("Player")[0], WAYS[action.name]
        target, beyond = _next(player, way), _next(player, way, 2)
        if not _at(state, target, "Wall") and all(gate.open for gate in _at(state, target, "Gate")):
            crates = _at(state, target, "Crate")
            if not crates or not _at(state, beyond, "Wall", "Crate", "Gate"):
                for crate in crates:
                    crate.x, crate.y = beyond
                player.x, player.y = target
        for plate in state.of("Plate"):
            for gate in state.where(type="Gate", color=plate.color):
                gate.open = bool(_at(state, (plate.x, plate.y), "Crate", "Player"))
        return state, 0.0, False

    return Rules(begin, step, _moves)


def fuses() -> Rules:
    """A lit bomb counts down and vanishes with what stands around it; the player lights what it stands on."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 8, 0)
        bombs = [Object("Bomb", x=x, y=y, timer=3, lit=rng.random() < 0.3) for x, y in free[1:4]]
        bricks = [Object("Brick", x=x, y=y) for x, y in free[4:16]]
        return State([*walls, *bombs, *bricks, Object("Player", x=free[0][0], y=free[0][1])])

    def step(state: State, action: Action) -> Outcome:
        for bomb in state.where(type="Bomb", lit=True):
            bomb.timer -= 1
            if bomb.timer == 0:
                for way in WAYS.values():
                    for brick in _at(state, _next(bomb, way), "Brick"):
                        state.remove(brick)
                state.remove(bomb)
        player = state.of("Player")[0]
        if action.name == "light":
            for bomb in _at(state, (player.x, player.y), "Bomb"):
                bomb.lit = True
        else:
            _walk(state, "Player", action, "Wall", "Brick")
        return state, 0.0, False

    return Rules(begin, step, lambda _: [*MOVES, Action("light")])


def robot() -> Rules:
    """A robot turns and drives along its heading; it lifts a parcel ahead and puts it down on a free cell."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 7, 2)
        parcels = [Object("Parcel", x=x, y=y, weight=rng.choice(["light", "heavy"])) for x, y in free[1:7]]
        heading = rng.choice(list(WAYS))
        return State([*walls, *parcels, Object("Robot", x=free[0][0], y=free[0][1], heading=heading, load=None)])

    def step(state: State, action: Action) -> Outcome:
        robot_ = state.of("Robot")[0]
        front = _next(robot_, WAYS[robot_.heading])
        things = _at(state, front)
        if action.name == "turn":
            robot_.heading = TURN[robot_.heading]
        elif action.name == "drive" and not things:
            robot_.x, robot_.y = front
        elif action.name == "lift" and robot_.load is None:
            for parcel in [t for t in things if t.type == "Parcel" and t.weight == "light"]:
                robot_.load = {"kind": "Parcel", "weight": parcel.weight}
                state.remove(parcel)
        elif action.name == "drop" and robot_.load is not None and not things:
            state.add("Parcel", x=front[0], y=front[1], weight=robot_.load["weight"])
            robot_.load = None
        return state, 0.0, False

    return Rules(begin, step, lambda _: [Action(name) for name in ("turn", "drive", "lift", "drop")])


def coins() -> Rules:
    """Coins are worth what is written on them; a door opens for who has enough and takes the money."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 7, 2)
        coins_ = [Object("Coin", x=x, y=y, worth=rng.choice([1, 2, 5])) for x, y in free[1:8]]
        doors = [Object("Toll", x=x, y=y, price=rng.choice([2, 4])) for x, y in free[8:11]]
        return State([*walls, *coins_, *doors, Object("Player", x=free[0][0], y=free[0][1], money=rng.randrange(3))])

    def step(state: State, action: Action) -> Outcome:
        player = state.of("Player")[0]
        target = _next(player, WAYS[action.name])
        tolls = _at(state, target, "Toll")
        if _at(state, target, "Wall") or any(toll.price > player.money for toll in tolls):
            return state, 0.0, False
        for toll in tolls:
            player.money -= toll.price
            state.remove(toll)
        for coin in _at(state, target, "Coin"):
            player.money += coin.worth
            state.remove(coin)
        player.x, player.y = target
        return state, 0.0, False

    return Rules(begin, step, _moves)


def fire() -> Rules:
    """Fire spreads from tree to tree beside it and burns out; the player fells the tree that it walks into."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 8, 0)
        trees = [Object("Tree", x=x, y=y, state="green") for x, y in free[1:22]]
        for tree in trees[:2]:
            tree.state = "burning"
        return State([*walls, *trees, Object("Player", x=free[0][0], y=free[0][1])])

    def step(state: State, action: Action) -> Outcome:
        burning = state.where(type="Tree", state="burning")
        caught = [t for tree in burning for way in WAYS.values() for t in _at(state, _next(tree, way), "Tree")]
        for tree in caught:
            if tree.state == "green":
                tree.state = "burning"
        for tree in burning:
            tree.state = "ash"
        player = state.of("Player")[0]
        target = _next(player, WAYS[action.name])
        if not _at(state, target, "Wall") and all(t.state == "ash" for t in _at(state, target, "Tree")):
            player.x, player.y = target
        return state, 0.0, False

    return Rules(begin, step, _moves)


def magnet() -> Rules:
    """Pulling draws the iron two cells ahead of the player nearer; walking into iron is not possible."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 7, 1)
        irons = [Object("Iron", x=x, y=y) for x, y in free[1:7]]
        return State([*walls, *irons, Object("Player", x=free[0][0], y=free[0][1], facing="up")])

    def step(state: State, action: Action) -> Outcome:
        player = state.of("Player")[0]
        if action.name == "pull":
            way = WAYS[player.facing]
            if not _at(state, _next(player, way)):
                for iron in _at(state, _next(player, way, 2), "Iron"):
                    iron.x, iron.y = _next(player, way)
            return state, 0.0, False
        player.facing = action.name
        _walk(state, "Player", action, "Wall", "Iron")
        return state, 0.0, False

    return Rules(begin, step, lambda _: [*MOVES, Action("pull")])


def mill() -> Rules:
    """Grain carried to the mill becomes flour, flour at the oven bread; each place takes what it can work on."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 6, 1)
        grains = [Object("Grain", x=x, y=y) for x, y in free[1:5]]
        places = [Object("Mill", x=free[5][0], y=free[5][1]), Object("Oven", x=free[6][0], y=free[6][1])]
        holds = rng.choice(["nothing", "grain", "flour"])
        return State([*walls, *grains, *places, Object("Cook", x=free[0][0], y=free[0][1], holds=holds, bread=0)])

    def step(state: State, action: Action) -> Outcome:
        cook = state.of("Cook")[0]
        here = (cook.x, cook.y)
        if action.name != "work":
            _walk(state, "Cook", action, "Wall")
        elif cook.holds == "nothing":
            for grain in _at(state, here, "Grain"):
                state.remove(grain)
                cook.holds = "grain"
        elif cook.holds == "grain" and _at(state, here, "Mill"):
            cook.holds = "flour"
        elif cook.holds == "flour" and _at(state, here, "Oven"):
            cook.holds = "nothing"
            cook.bread += 1
        return state, float(cook.bread > 2), cook.bread > 2

    return Rules(begin, step, lambda _: [*MOVES, Action("work")])


def sinking() -> Rules:
    """A crate pushed into water fills it: both vanish; the player cannot swim; ice breaks behind who leaves it."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 8, 0)
        things = [Object("Crate", x=x, y=y) for x, y in free[1:6]]
        things += [Object("Water", x=x, y=y) for x, y in free[6:14]]
        things += [Object("Floe", x=x, y=y) for x, y in free[14:20]]
        return State([*walls, *things, Object("Player", x=free[0][0], y=free[0][1])])

    def step(state: State, action: Action) -> Outcome:
        player, way = state.of("Player")[0], WAYS[action.name]
        here, target, beyond = (player.x, player.y), _next(player, way), _next(player, way, 2)
        crates = _at(state, target, "Crate")
        if _at(state, target, "Wall", "Water") or (crates and _at(state, beyond, "Wall", "Crate")):
            return state, 0.0, False
        for crate in crates:
            crate.x, crate.y = beyond
            for water in _at(state, beyond, "Water"):
                state.remove(water)
                state.remove(crate)
        player.x, player.y = target
        for floe in _at(state, here, "Floe"):
            state.remove(floe)
            state.add("Water", x=here[0], y=here[1])
        return state, 0.0, False

    return Rules(begin, step, _moves)


def gravity() -> Rules:
    """A climber falls one cell a step unless a wall, or a ladder at its place, holds it; it climbs ladders only."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 8, 6)
        ladders = [Object("Ladder", x=x, y=y) for x, y in free[1:10]]
        return State([*walls, *ladders, Object("Climber", x=free[0][0], y=free[0][1])])

    def step(state: State, action: Action) -> Outcome:
        climber = state.of("Climber")[0]
        here, below = (climber.x, climber.y), (climber.x, climber.y + 1)
        held = _at(state, here, "Ladder") or _at(state, below, "Wall", "Ladder")
        target = _next(climber, WAYS[action.name])
        if not held:
            climber.y += 1
        elif not _at(state, target, "Wall") and (action.name != "up" or _at(state, here, "Ladder")):
            climber.x, climber.y = target
        return state, 0.0, False

    return Rules(begin, step, _moves)


def mice() -> Rules:
    """The cat catches the mice that it steps onto; white ones count; when none of these is left, it pays."""

    def begin(rng: random.Random) -> State:
        walls, free = _room(rng, 8, 1)
        mice = [Object("Mouse", x=x, y=y, color=rng.choice(["white", "grey"])) for x, y in free[1:9]]
        return State([*walls, *mice, Object("Cat", x=free[0][0], y=free[0][1], caught=0)])

    def step(state: State, action: Action) -> Outcome:
        cat = state.of("Cat")[0]
        _walk(state, "Cat", action, "Wall")
        for mouse in _at(state, (cat.x, cat.y), "Mouse"):
            if mouse.color == "white":
                cat.caught += 1
            state.remove(mouse)
        left = [mouse for mouse in state.of("Mouse") if mouse.color == "white"]
        return state, float(not left), not left

    return Rules(begin, step, _moves)


def dials() -> Rules:
    """Turning a dial under the pointer turns it by a quarter, and the dial to its right with it."""
    order = ["north", "east", "south", "west"]

    def begin(rng: random.Random) -> State:
        dials_ = [Object("Dial", x=x, y=y, points=rng.choice(order)) for x in range(4) for y in range(2)]
        return State([*dials_, Object("Pointer", x=rng.randrange(4), y=rng.randrange(2))])

    def step(state: State, action: Action) -> Outcome:
        pointer = state.of("Pointer")[0]
        if action.name == "turn":
            for dial in [*_at(state, (pointer.x, pointer.y), "Dial"), *_at(state, (pointer.x + 1, pointer.y), "Dial")]:
                dial.points = order[(order.index(dial.points) + 1) % 4]
        else:
            target = _next(pointer, WAYS[action.name])
            if _at(state, target, "Dial"):
                pointer.x, pointer.y = target
        return state, 0.0, False

    return Rules(begin, step, lambda _: [*MOVES, Action("turn")])


MORE = {
    rules.__name__: rules
    for rules in (tiles, plates, fuses, robot, coins, fire, magnet, mill, sinking, gravity, mice, dials)
}
