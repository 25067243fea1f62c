"""Sokoban levels: what one is, making solvable ones from a seed, and solving small ones.

A level is made backwards: boxes begin on their targets and are pulled about at random, so that pushing them back is
a solution; a breadth-first solver then throws away what is solved by too few pushes.
"""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

Cell = tuple[int, int]  # x to the right, y downwards

DIRECTIONS: dict[str, Cell] = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
MARKS = "#@+$*. -_"
_SOLVER_NODES = 4000
_TRIES = 2000


@dataclass(frozen=True)
class Level:
    """One situation. Everything that is no wall is floor; as many targets as boxes."""

    width: int
    height: int
    walls: frozenset[Cell]
    targets: frozenset[Cell]
    boxes: frozenset[Cell]
    player: Cell

    @property
    def floor(self) -> list[Cell]:
        """The cells without a wall, in a fixed order."""
        return [(x, y) for y in range(self.height) for x in range(self.width) if (x, y) not in self.walls]


class GenerationError(RuntimeError):
    """No level of this size was found."""


def parse(text: str) -> Level:
    """A level drawn as text: ``#`` wall, ``@`` player, ``$`` box, ``.`` target, ``*`` and ``+`` box and player on one;
    space, ``-`` and ``_`` are floor.

    Raises:
        ValueError: another mark, not exactly one player, no box, boxes and targets that differ in number, or no wall
            between the player and the outside; the text says which.
    """
    rows = text.strip("\n").split("\n")
    cells = {(x, y): mark for y, row in enumerate(rows) for x, mark in enumerate(row)}

    def marked(marks: str) -> frozenset[Cell]:
        return frozenset(cell for cell, mark in cells.items() if mark in marks)

    strange = sorted(set(cells.values()) - set(MARKS))
    if strange:
        raise ValueError(f"`{strange[0]}` is no mark of a level; these are: {MARKS}")
    players, boxes, targets = marked("@+"), marked("$*"), marked(".*+")
    if len(players) != 1:
        raise ValueError(f"it has {len(players) or 'no'} players; a level has one player")
    if len(boxes) != len(targets) or not boxes:
        raise ValueError(
            f"it has {len(boxes)} boxes and {len(targets)} targets; a level has as many of both, at least one"
        )
    level = Level(max(map(len, rows)), len(rows), marked("#"), targets, boxes, next(iter(players)))
    if _leaks(level):
        raise ValueError("the player can leave it; walls must go all around")
    return level


def _leaks(level: Level) -> bool:
    """Whether a player who could walk through boxes would come to the edge of the drawing."""
    edge = {0, level.width - 1}, {0, level.height - 1}
    inside = replace(level, walls=level.walls | _around(level))
    return any(x in edge[0] or y in edge[1] for x, y in _reachable(inside, frozenset(), level.player))


def _around(level: Level) -> frozenset[Cell]:
    """The cells just outside of a drawing."""
    xs, ys = range(-1, level.width + 1), range(-1, level.height + 1)
    return frozenset([(x, y) for x in xs for y in (-1, level.height)] + [(x, y) for x in (-1, level.width) for y in ys])


def generate(seed: int, width: int, height: int, boxes: int) -> Level:
    """The level of this seed: solvable, no box on a target yet, and needing more pushes than it has boxes.

    Raises:
        GenerationError: none was found; the size leaves too little room.
    """
    rng = random.Random(f"{width}x{height}-{boxes}/{seed}")  # noqa: S311 - levels, not secrets
    for _ in range(_TRIES):
        floor = _carve(rng, width, height)
        if len(floor) < 3 * boxes + 2:
            continue
        walls = frozenset((x, y) for x in range(width) for y in range(height)) - floor
        targets = frozenset(rng.sample(sorted(floor), boxes))
        level = Level(width, height, walls, targets, targets, rng.choice(sorted(floor - targets)))
        level = _pull_apart(rng, level)
        if level.boxes & targets:
            continue
        pushes = solve(level, _SOLVER_NODES)
        if pushes is None or pushes > boxes:
            return level
    raise GenerationError(f"found no level of {width}x{height} with {boxes} boxes")


def solve(level: Level, max_nodes: int) -> int | None:
    """The least number of pushes that solves the level; -1 when there is no solution; None when nodes ran out."""
    first = (level.boxes, min(_reachable(level, level.boxes, level.player)))
    depth = {first: 0}
    queue = deque([(level.boxes, level.player)])
    while queue:
        boxes, player = queue.popleft()
        region = _reachable(level, boxes, player)
        pushes = depth[(boxes, min(region))]
        if boxes == level.targets:
            return pushes
        if len(depth) > max_nodes:
            return None
        for box, (dx, dy) in _moves(boxes):
            to = (box[0] + dx, box[1] + dy)
            if (box[0] - dx, box[1] - dy) in region and to not in level.walls and to not in boxes:
                after = boxes - {box} | {to}
                node = (after, min(_reachable(level, after, box)))
                if node not in depth:
                    depth[node] = pushes + 1
                    queue.append((after, box))
    return -1


def _carve(rng: random.Random, width: int, height: int) -> frozenset[Cell]:
    """A connected floor inside a border of wall, dug by a walk that digs two cells wide now and then."""
    x, y = rng.randrange(1, width - 1), rng.randrange(1, height - 1)
    dx, dy = rng.choice(list(DIRECTIONS.values()))
    floor = {(x, y)}
    for _ in range(int(1.4 * (width + height))):
        if rng.random() < 0.35:
            dx, dy = rng.choice(list(DIRECTIONS.values()))
        x, y = min(max(x + dx, 1), width - 2), min(max(y + dy, 1), height - 2)
        floor.add((x, y))
        for side in ((x + dy, y + dx), (x - dy, y - dx)):
            if rng.random() < 0.5 and 0 < side[0] < width - 1 and 0 < side[1] < height - 1:
                floor.add(side)
    return frozenset(floor)


def _pull_apart(rng: random.Random, level: Level) -> Level:
    """The level after random pulls: of the situations met, a last one with the fewest boxes on targets."""
    boxes, player = level.boxes, level.player
    best = (len(boxes & level.targets), boxes, player)
    for _ in range(20 * len(boxes)):
        region = _reachable(level, boxes, player)
        pulls = []
        for box, (dx, dy) in _moves(boxes):
            stand, back = (box[0] + dx, box[1] + dy), (box[0] + 2 * dx, box[1] + 2 * dy)
            if stand in region and back not in level.walls and back not in boxes:
                pulls.append((box, stand, back))
        if not pulls:
            break
        box, stand, player = rng.choice(pulls)
        boxes = boxes - {box} | {stand}
        on_targets = len(boxes & level.targets)
        if on_targets <= best[0]:
            best = (on_targets, boxes, player)
    return Level(level.width, level.height, level.walls, level.targets, best[1], best[2])


def _moves(boxes: frozenset[Cell]) -> Iterator[tuple[Cell, Cell]]:
    """Every box with every direction, in a fixed order."""
    for box in sorted(boxes):
        for direction in DIRECTIONS.values():
            yield box, direction


def _reachable(level: Level, boxes: frozenset[Cell], start: Cell) -> set[Cell]:
    """The cells that the player can walk to."""
    walls = level.walls
    seen = {start}
    stack = [start]
    while stack:
        x, y = stack.pop()
        for cell in ((x, y - 1), (x, y + 1), (x - 1, y), (x + 1, y)):
            if cell not in seen and cell not in walls and cell not in boxes:
                seen.add(cell)
                stack.append(cell)
    return seen
