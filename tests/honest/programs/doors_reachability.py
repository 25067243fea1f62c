"""Writes down what can be reached by a heap search, and uses it to check moves; typed throughout."""

import heapq
from typing import NamedTuple

from worldsmith_runtime import Action, State


class Cell(NamedTuple):
    x: int
    y: int


def solid_cells(state: State) -> set[Cell]:
    solid = {Cell(wall.x, wall.y) for wall in state.of("Wall")}
    return solid | {Cell(door.x, door.y) for door in state.where(type="Door", open=False)}


def distances(start: Cell, solid: set[Cell], limit: int) -> dict[Cell, int]:
    best: dict[Cell, int] = {start: 0}
    heap: list[tuple[int, Cell]] = [(0, start)]
    while heap:
        far, cell = heapq.heappop(heap)
        if far >= limit:
            continue
        for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            near = Cell(cell.x + dx, cell.y + dy)
            if near not in solid and near not in best:
                best[near] = far + 1
                heapq.heappush(heap, (far + 1, near))
    return best


def transition(state: State, action: Action) -> State:
    agent = state.one("Agent")
    here = Cell(agent.x, agent.y)
    if action.name == "move":
        dx = {"left": -1, "right": 1}.get(action.args[0], 0)
        dy = {"up": -1, "down": 1}.get(action.args[0], 0)
        there = Cell(here.x + dx, here.y + dy)
        if distances(here, solid_cells(state), limit=1).get(there) == 1:
            agent.x, agent.y = there
    elif action.name == "pick":
        for key in state.where(type="Key", x=here.x, y=here.y):
            if agent.carrying is None:
                agent.carrying = key.colour
                state.remove(key)
    elif action.name == "open":
        within = distances(here, set(), limit=1)
        for door in state.of("Door"):
            if within.get(Cell(door.x, door.y)) == 1 and door.colour == agent.carrying:
                door.open = True
    return state


def reward(state: State, action: Action, next_state: State, goal: str) -> tuple[float, bool]:
    agent = next_state.one("Agent")
    if goal == "reach the exit":
        won = len(next_state.where(type="Exit", x=agent.x, y=agent.y)) == 1
    else:
        _, _, colour, _ = goal.split()
        won = len(next_state.where(type="Door", colour=colour, open=True)) > 0
    return (1.0, True) if won else (0.0, False)
