"""A mutable dataclass world with a frozenset of walls, copied before it is changed."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from worldsmith_runtime import Object, State

Cell = tuple[int, int]


@dataclass
class Yard:
    man: Cell
    boxes: set[Cell] = field(default_factory=set)
    marks: frozenset[Cell] = frozenset()
    walls: frozenset[Cell] = frozenset()

    def __post_init__(self):
        self.man = tuple(self.man)

    def push(self, dx: int, dy: int) -> Yard:
        new = copy.deepcopy(self)
        ahead = (self.man[0] + dx, self.man[1] + dy)
        beyond = (ahead[0] + dx, ahead[1] + dy)
        if ahead in self.walls or (ahead in self.boxes and (beyond in self.walls or beyond in self.boxes)):
            return new
        if ahead in new.boxes:
            new.boxes.discard(ahead)
            new.boxes.add(beyond)
        new.man = ahead
        return new

    @property
    def settled(self) -> int:
        return len(self.boxes & self.marks)


def read(state: State) -> Yard:
    def spots(kind):
        return ((o.x, o.y) for o in state.of(kind))

    return Yard(next(spots("Man")), set(spots("Box")), frozenset(spots("Mark")), frozenset(spots("Wall")))


def write(yard: Yard) -> State:
    parts = {"Man": [yard.man], "Box": yard.boxes, "Mark": yard.marks, "Wall": yard.walls}
    return State(Object(kind, x=x, y=y) for kind, places in parts.items() for x, y in places)


def transition(state: State, action) -> State:
    dx = (action == "right") - (action == "left")
    dy = (action == "down") - (action == "up")
    return write(read(state).push(dx, dy))


def reward(state: State, action, next_state: State, goal: str) -> tuple[float, bool]:
    old, new = read(state), read(next_state)
    done = new.settled == len(new.boxes)
    return 0.25 * (new.settled - old.settled) + (1.0 if done else 0.0), done
