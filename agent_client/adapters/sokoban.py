"""Sokoban, told in objects: Player, Box, Target, Wall, each with ``x`` and ``y``."""

import re

from PIL import Image

from agent_client.adapters import sokoban_tiles
from agent_client.adapters.base import Adapter, StepResult
from agent_client.adapters.sokoban_env import ACTIONS, SokobanEnv
from agent_client.adapters.sokoban_levels import GenerationError, generate
from sandbox.data.records import World
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.state import Object, State

GOAL = "push every box onto a target"
_NAME = re.compile(r"(\d{1,2})x(\d{1,2})-(\d{1,2})")
_NUMBER = {name: i for i, name in enumerate(ACTIONS)}


def make(size: str) -> Adapter:
    """The environment of a size such as ``7x7-2``: width and height with the border, and the number of boxes.

    Raises:
        ValueError: the text is no size, or the size has no room for so many boxes.
    """
    found = _NAME.fullmatch(size)
    if found is None:
        raise ValueError("this is no size; write WIDTHxHEIGHT-BOXES, such as 7x7-2")
    width, height, boxes = map(int, found.groups())
    if not (5 <= width <= 30 and 5 <= height <= 30 and 1 <= boxes <= (width - 2) * (height - 2) // 6):
        raise ValueError("sides go from 5 to 30, and a box needs six cells inside the border")
    try:
        generate(0, width, height, boxes)
    except GenerationError as error:
        raise ValueError(str(error)) from None
    return SokobanAdapter(size, SokobanEnv(width, height, boxes))


class SokobanAdapter:
    """A Sokoban environment; every level has the same goal."""

    def __init__(self, size: str, env: SokobanEnv) -> None:
        self.name = f"sokoban:{size}"
        self.world = World(
            f"sokoban-{size}",
            "A grid of cells, x to the right and y downwards, with a player, boxes, targets and walls.",
            tuple(ActionSchema(name) for name in ACTIONS),
        )
        self._env = env
        self._background = State()

    def reset(self, seed: int) -> tuple[State, str]:
        """Begins the level of this seed."""
        self._env.reset(seed=seed)
        level = self._env.level
        walls = [Object("Wall", x=x, y=y) for x, y in sorted(level.walls)]
        targets = [Object("Target", x=x, y=y) for x, y in sorted(level.targets)]
        self._background = State(walls + targets)
        return self._state(), GOAL

    def step(self, action: Action) -> StepResult:
        """Acts.

        Raises:
            ValueError: Sokoban has no such action.
        """
        if action.args or action.name not in _NUMBER:
            raise ValueError(f"Sokoban has no action {action}; it has {', '.join(ACTIONS)}")
        _, reward, done, truncated, _ = self._env.step(_NUMBER[action.name])
        return StepResult(self._state(), reward, done, truncated)

    def picture(self) -> str:
        """Two characters a cell."""
        return sokoban_tiles.text(self._env.level)

    def frame(self) -> Image.Image:
        """The level as tiles."""
        return sokoban_tiles.draw(self._env.level)

    def close(self) -> None:
        """Closes the environment."""
        self._env.close()

    def _state(self) -> State:
        level = self._env.level
        state = self._background.copy()
        for x, y in sorted(level.boxes):
            state.add("Box", x=x, y=y)
        state.add("Player", x=level.player[0], y=level.player[1])
        state.release()
        return state
