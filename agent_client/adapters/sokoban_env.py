"""Sokoban as a gymnasium environment, with the rules of gym-sokoban 0.0.6 (Schrader 2018; unmaintained since 2019).

Nine actions: nothing, push in four directions, move in four. Pushing where no box stands moves. Each step costs 0.1;
a box onto a target pays 1, off it costs 1; finishing pays 10 more. Unlike the original the step limit truncates
and does not terminate, and levels follow from the seed given to `reset`.
"""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from agent_client.adapters import sokoban_tiles
from agent_client.adapters.sokoban_levels import DIRECTIONS, Level, generate

ACTIONS = ("noop", *(f"push {way}" for way in DIRECTIONS), *(f"move {way}" for way in DIRECTIONS))
WALL, FLOOR, TARGET, BOX_ON_TARGET, BOX, PLAYER, PLAYER_ON_TARGET = range(7)
STEP_REWARD, BOX_REWARD, FINISH_REWARD = -0.1, 1.0, 10.0

Grid = NDArray[np.uint8]


class SokobanEnv(gymnasium.Env[Grid, int]):
    """One player, as many boxes as targets. Observations are the whole grid, ``[y, x]``, in the codes above."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 4}  # noqa: RUF012 - gymnasium's way to say it

    def __init__(self, width: int = 7, height: int = 7, boxes: int = 2, max_steps: int = 200) -> None:
        self.render_mode = "rgb_array"
        self.action_space = spaces.Discrete(len(ACTIONS))  # type: ignore[assignment]
        self.observation_space = spaces.Box(0, PLAYER_ON_TARGET, (height, width), np.uint8)
        self.max_steps = max_steps
        self._size = (width, height, boxes)
        self._steps = 0
        self.level: Level

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Grid, dict[str, Any]]:
        """Begins the level of the seed, or ``options["level"]``."""
        super().reset(seed=seed)
        given = (options or {}).get("level")
        self.level = given if given is not None else generate(int(self.np_random.integers(2**62)), *self._size)
        self._steps = 0
        return self._grid(), {}

    def step(self, action: int) -> tuple[Grid, float, bool, bool, dict[str, Any]]:
        """Acts; the index is one into :data:`ACTIONS`.

        Raises:
            ValueError: there is no such action.
        """
        if not 0 <= action < len(ACTIONS):
            raise ValueError(f"there is no action {action}; there are {len(ACTIONS)}")
        before = self.level
        self.level = after = act(before, ACTIONS[action])
        self._steps += 1
        done = after.boxes == after.targets
        gained = len(after.boxes & after.targets) - len(before.boxes & before.targets)
        reward = STEP_REWARD + BOX_REWARD * gained + (FINISH_REWARD if done else 0.0)
        truncated = not done and self._steps >= self.max_steps
        return self._grid(), round(reward, 6), done, truncated, {}

    def render(self) -> NDArray[np.uint8]:
        """The level as an RGB array."""
        return np.asarray(sokoban_tiles.draw(self.level))

    def _grid(self) -> Grid:
        level = self.level
        grid = np.full((level.height, level.width), FLOOR, np.uint8)
        for code, cells in ((WALL, level.walls), (TARGET, level.targets), (BOX, level.boxes - level.targets)):
            for x, y in cells:
                grid[y, x] = code
        for x, y in level.boxes & level.targets:
            grid[y, x] = BOX_ON_TARGET
        x, y = level.player
        grid[y, x] = PLAYER_ON_TARGET if level.player in level.targets else PLAYER
        return grid


def act(level: Level, action: str) -> Level:
    """The level after an action of :data:`ACTIONS`."""
    verb, _, way = action.partition(" ")
    if not way:
        return level
    dx, dy = DIRECTIONS[way]
    ahead = (level.player[0] + dx, level.player[1] + dy)
    boxes = level.boxes
    if ahead in boxes:
        behind = (ahead[0] + dx, ahead[1] + dy)
        if verb != "push" or behind in boxes or behind in level.walls:
            return level
        boxes = boxes - {ahead} | {behind}
    if ahead in level.walls:
        return level
    return Level(level.width, level.height, level.walls, level.targets, boxes, ahead)
