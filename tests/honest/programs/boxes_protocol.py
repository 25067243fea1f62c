"""Typing protocols, generics and overloads of the kind that type checkers ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, Protocol, TypeVar, cast

from worldsmith_runtime import Action, Object, State

Way = Literal["up", "down", "left", "right"]
T = TypeVar("T")


class Placed(Protocol):
    x: int
    y: int


OFFSETS: Final[Mapping[Way, tuple[int, int]]] = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


def first(items: Iterable[T]) -> T | None:
    for item in items:
        return item
    return None


def beside(thing: Placed, offset: tuple[int, int], steps: int = 1) -> dict[str, int]:
    return {"x": thing.x + steps * offset[0], "y": thing.y + steps * offset[1]}


def box_at(state: State, spot: dict[str, int]) -> Object | None:
    return first(state.where(type="Box", **spot))


def is_wall(state: State, spot: dict[str, int]) -> bool:
    return len(state.where(type="Wall", **spot)) != 0


def transition(state: State, action: Action) -> State:
    man = cast(Object, state.one("Man"))
    offset = OFFSETS[cast(Way, action.name)]
    near, far = beside(man, offset), beside(man, offset, 2)
    if is_wall(state, near):
        return state
    box = box_at(state, near)
    if box is not None:
        if is_wall(state, far) or box_at(state, far) is not None:
            return state
        box.x, box.y = far["x"], far["y"]
    man.x, man.y = near["x"], near["y"]
    return state


def settled(state: State) -> int:
    return sum(box_at(state, {"x": mark.x, "y": mark.y}) is not None for mark in state.of("Mark"))


def reward(state: State, action: Action, next_state: State, goal: str) -> tuple[float, bool]:
    gained: int = settled(next_state) - settled(state)
    done: bool = settled(next_state) == len(next_state.of("Box"))
    total: float = 0.25 * gained
    total += 1.0 if done else 0.0
    return total, done
