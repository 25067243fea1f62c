"""Four small worlds, each with its true rules, to make data from; programs are judged against these data."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.data.records import Start, Transition, World
from sandbox.runtime.actions import Action, ActionSchema, Argument, ground
from sandbox.runtime.state import State

SIDES = {"up": (0, -1), "right": (1, 0), "down": (0, 1), "left": (-1, 0)}
DIRECTION = Argument(("down", "left", "right", "up"))


@dataclass(frozen=True)
class Case:
    """A world, its levels with their goals, and its rules: next state, reward and done."""

    world: World
    levels: tuple[Start, ...]
    step: Callable[[State, Action, str], tuple[State, float, bool]]

    def rows(self, count: int, seed: int = 0) -> list[Transition]:
        """So many distinct transitions of random walks through the levels."""
        chance = random.Random(seed)
        found: dict[str, Transition] = {}
        while len(found) < count:
            start = chance.choice(self.levels)
            state = start.state
            for _ in range(30):
                action = chance.choice(list(ground(self.world.actions, state)))
                after, reward, done = self.step(state, action, start.goal)
                row = Transition(state, action, reward, after, start.goal, done)
                found.setdefault(row.digest(), row)
                state = after
                if done or len(found) >= count:
                    break
        return list(found.values())


def _build(objects: Iterable[tuple[str, dict[str, object]]]) -> State:
    made = State()
    for kind, attributes in objects:
        made.add(kind, **attributes)
    return made


# --- coins: a corridor with coins of different worth, and a purse --------------------------------------------


def _corridor(x: int, end: int, coins: list[tuple[int, int]]) -> State:
    parts = [("Coin", {"x": place, "worth": worth}) for place, worth in coins]
    return _build([("Walker", {"x": x, "purse": 0}), ("End", {"x": end}), *parts])


def _coins(state: State, action: Action, goal: str) -> tuple[State, float, bool]:
    after = state.copy()
    (walker,) = after.of("Walker")
    (end,) = after.of("End")
    if action == "right":
        walker.x = min(walker.x + 1, end.x)
    elif action == "left":
        walker.x = max(walker.x - 1, 0)
    else:
        for coin in after.where(type="Coin", x=walker.x):
            walker.purse += coin.worth
            after.remove(coin)
    rich = walker.purse >= int(goal.split()[1])
    return after, 1.0 if rich else 0.0, rich


COINS = Case(
    World("coins", actions=(ActionSchema("left"), ActionSchema("right"), ActionSchema("take"))),
    (
        Start(_corridor(2, 9, [(0, 1), (4, 2), (7, 5)]), "collect 3"),
        Start(_corridor(5, 12, [(3, 2), (8, 2), (8, 1), (11, 5)]), "collect 8"),
        Start(_corridor(0, 15, [(6, 5), (9, 1), (14, 2)]), "collect 6"),
        Start(_corridor(9, 10, [(1, 2), (5, 2), (7, 1)]), "collect 5"),
    ),
    _coins,
)


# --- doors: a room with walls, keys, and doors that open with the key of their colour ------------------------


def _room(rows: list[str]) -> State:
    colours = {"r": "red", "b": "blue"}
    parts: list[tuple[str, dict[str, object]]] = []
    for y, line in enumerate(rows):
        for x, mark in enumerate(line):
            place = {"x": x, "y": y}
            if mark == "#":
                parts.append(("Wall", place))
            elif mark == "@":
                parts.append(("Agent", {**place, "carrying": None}))
            elif mark == "X":
                parts.append(("Exit", place))
            elif mark in "rb":
                parts.append(("Key", {**place, "colour": colours[mark]}))
            elif mark in "RB":
                parts.append(("Door", {**place, "colour": colours[mark.lower()], "open": False}))
    return _build(parts)


def _doors(state: State, action: Action, goal: str) -> tuple[State, float, bool]:
    after = state.copy()
    (agent,) = after.of("Agent")
    if action.name == "move":
        dx, dy = SIDES[action.args[0]]
        there = after.where(x=agent.x + dx, y=agent.y + dy)
        if not any(o.type == "Wall" or (o.type == "Door" and not o.open) for o in there):
            agent.x, agent.y = agent.x + dx, agent.y + dy
    elif action.name == "pick":
        for key in after.where(type="Key", x=agent.x, y=agent.y):
            if agent.carrying is None:
                agent.carrying = key.colour
                after.remove(key)
    else:
        for door in after.of("Door"):
            if abs(door.x - agent.x) + abs(door.y - agent.y) == 1 and door.colour == agent.carrying:
                door.open = True
    if goal == "reach the exit":
        done = bool(after.where(type="Exit", x=agent.x, y=agent.y))
    else:
        colour = goal.split()[2]
        done = any(door.open for door in after.where(type="Door", colour=colour))
    return after, 1.0 if done else 0.0, done


DOORS = Case(
    World("doors", actions=(ActionSchema("move", (DIRECTION,)), ActionSchema("pick"), ActionSchema("open"))),
    (
        Start(_room(["######", "#@r#X#", "#..R.#", "#..#.#", "######"]), "reach the exit"),
        Start(_room(["#####", "#b@R#", "#.r.#", "#XB.#", "#####"]), "open the red door"),
        Start(_room(["#####", "#r@B#", "#.b.#", "#.R.#", "#####"]), "open the blue door"),
        Start(_room(["#######", "#@.#..#", "#r.R.X#", "#######"]), "reach the exit"),
    ),
    _doors,
)


# --- slide: the 3x3 sliding puzzle ---------------------------------------------------------------------------


def _board(rows: list[str]) -> State:
    cells = [(x, y, mark) for y, line in enumerate(rows) for x, mark in enumerate(line)]
    tiles = [("Tile", {"number": int(mark), "x": x, "y": y}) for x, y, mark in cells if mark != "."]
    return _build(tiles + [("Gap", {"x": x, "y": y}) for x, y, mark in cells if mark == "."])


def _slide(state: State, action: Action, goal: str) -> tuple[State, float, bool]:
    after = state.copy()
    (gap,) = after.of("Gap")
    (tile,) = after.where(type="Tile", number=action.args[0])
    if abs(tile.x - gap.x) + abs(tile.y - gap.y) == 1:
        tile.x, tile.y, gap.x, gap.y = gap.x, gap.y, tile.x, tile.y
    done = all(tile.number == 3 * tile.y + tile.x + 1 for tile in after.of("Tile"))
    return after, 1.0 if done else -0.125, done


SLIDE = Case(
    World("slide", actions=(ActionSchema("slide", (Argument((), "Tile", "number"),)),)),
    (
        Start(_board(["123", "456", ".78"]), "sort the tiles"),
        Start(_board(["123", "4.6", "758"]), "sort the tiles"),
        Start(_board([".12", "453", "786"]), "sort the tiles"),
        Start(_board(["123", ".46", "758"]), "sort the tiles"),
    ),
    _slide,
)


# --- boxes: pushing boxes onto marks -------------------------------------------------------------------------


def _yard(rows: list[str]) -> State:
    kinds = {"#": ["Wall"], "@": ["Man"], "$": ["Box"], ".": ["Mark"], "*": ["Box", "Mark"], "+": ["Man", "Mark"]}
    cells = [(x, y, kind) for y, line in enumerate(rows) for x, mark in enumerate(line) for kind in kinds.get(mark, [])]
    return _build([(kind, {"x": x, "y": y}) for x, y, kind in cells])


def _boxes(state: State, action: Action, goal: str) -> tuple[State, float, bool]:
    after = state.copy()
    (man,) = after.of("Man")
    dx, dy = SIDES[action.name]
    ahead, beyond = (man.x + dx, man.y + dy), (man.x + 2 * dx, man.y + 2 * dy)
    if not after.where(type="Wall", x=ahead[0], y=ahead[1]):
        pushed = after.where(type="Box", x=ahead[0], y=ahead[1])
        stuck = [o for o in after.where(x=beyond[0], y=beyond[1]) if o.type in ("Wall", "Box")]
        if not pushed or not stuck:
            for box in pushed:
                box.x, box.y = beyond
            man.x, man.y = ahead
    on_before, on_after = _on_marks(state), _on_marks(after)
    done = on_after == len(after.of("Box"))
    return after, 0.25 * (on_after - on_before) + (1.0 if done else 0.0), done


def _on_marks(state: State) -> int:
    return sum(bool(state.where(type="Mark", x=box.x, y=box.y)) for box in state.of("Box"))


BOXES = Case(
    World("boxes", actions=tuple(ActionSchema(name) for name in sorted(SIDES))),
    (
        Start(_yard(["######", "#@$ .#", "# $  #", "#  . #", "######"]), "push all boxes onto marks"),
        Start(_yard(["######", "#  . #", "#.$$@#", "#    #", "######"]), "push all boxes onto marks"),
        Start(_yard(["#######", "#  $. #", "#@ # *#", "#     #", "#######"]), "push all boxes onto marks"),
    ),
    _boxes,
)

CASES = {"coins": COINS, "doors": DOORS, "slide": SLIDE, "boxes": BOXES}
ROWS = 240
