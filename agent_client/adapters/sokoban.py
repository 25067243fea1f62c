"""Sokoban, told in objects: Player, Box, Target, Wall, each with ``x`` and ``y``."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from agent_client.adapters import sokoban_tiles
from agent_client.adapters.base import Adapter, StepResult
from agent_client.adapters.sokoban_env import ACTIONS, SokobanEnv
from agent_client.adapters.sokoban_files import chosen
from agent_client.adapters.sokoban_levels import GenerationError, Level, generate
from sandbox.data.records import World
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.state import Object, State

GOAL = "push every box onto a target"
_NAME = re.compile(r"(\d{1,2})x(\d{1,2})-(\d{1,2})")
_UNFIT = re.compile(r"[^\w.-]+")  # for the name of a world
_MAX_STEPS = 1000  # of a level from a file; some take hundreds
_NUMBER = {name: i for i, name in enumerate(ACTIONS)}


class SokobanGame(Protocol):
    """What is needed of an environment with Sokoban's rules."""

    @property
    def level(self) -> Level:
        """The present situation."""
        ...

    def reset(self, *, seed: int, options: dict[str, Any] | None = None) -> Any:
        """Begins the level of the seed, or ``options["level"]``."""
        ...

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Acts, as gymnasium has it."""
        ...

    def close(self) -> None:
        """Lets go of what it holds."""
        ...


def make(name: str) -> Adapter:
    """The environment of a size such as ``7x7-2`` (width and height with the border, and boxes), which makes a level
    for each seed; or of a file of levels: ``FILE#N`` for one of them, ``FILE`` for all, taken in turn by the seed.

    Raises:
        ValueError: the text is neither, the size has no room for so many boxes, or file or level cannot be used.
    """
    path, _, number = name.rpartition("#") if "#" in name and not Path(name).exists() else (name, "", "")
    if number or Path(path).is_file():
        return _of_file(name, path, number)
    width, height, boxes = read_size(name)
    try:
        generate(0, width, height, boxes)
    except GenerationError as error:
        raise ValueError(str(error)) from None
    return SokobanAdapter(f"sokoban:{name}", SokobanEnv(width, height, boxes))


def read_size(text: str) -> tuple[int, int, int]:
    """Width, height and boxes of a size such as ``7x7-2``.

    Raises:
        ValueError: it is none, or has no room for so many boxes.
    """
    found = _NAME.fullmatch(text)
    if found is None:
        raise ValueError("this is no size, and no file of levels; write WIDTHxHEIGHT-BOXES, such as 7x7-2, or FILE#N")
    width, height, boxes = map(int, found.groups())
    if not (5 <= width <= 30 and 5 <= height <= 30 and 1 <= boxes <= (width - 2) * (height - 2) // 6):
        raise ValueError("sides go from 5 to 30, and a box needs six cells inside the border")
    return width, height, boxes


def _of_file(name: str, path: str, number: str) -> Adapter:
    levels = chosen(path, number)
    first = levels[0]
    env = SokobanEnv(first.width, first.height, len(first.boxes), _MAX_STEPS)
    return SokobanAdapter(f"sokoban:{name}", env, levels)


class SokobanAdapter:
    """A Sokoban environment; every level has the same goal. ``levels``, if any, are played instead of made."""

    def __init__(self, name: str, game: SokobanGame, levels: Sequence[Level] = ()) -> None:
        kind, _, rest = name.partition(":")
        self.name = name
        self.world = World(
            _UNFIT.sub("-", f"{kind}-{Path(rest).name}"),
            "A grid of cells, x to the right and y downwards, with a player, boxes, targets and walls.",
            tuple(ActionSchema(name) for name in ACTIONS),
        )
        self._env = game
        self._levels = levels
        self._background = State()

    def reset(self, seed: int) -> tuple[State, str]:
        """Begins the level of this seed."""
        given = {"level": self._levels[seed % len(self._levels)]} if self._levels else None
        self._env.reset(seed=seed, options=given)
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
