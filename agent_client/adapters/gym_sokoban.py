"""The Sokoban of the literature, ``gym-sokoban`` 0.0.6 (Schrader 2018), behind the same adapter as our own.

Two things of it are put right here: the step limit truncates and does not end, and levels follow from the seed of
`reset` and nothing else. Its pictures, which take most of the time of a step, are not made.
"""

import importlib.util
import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from agent_client.adapters.base import Adapter
from agent_client.adapters.sokoban import SokobanAdapter, read_size
from agent_client.adapters.sokoban_levels import Level

_MAX_STEPS = 200
_WALL, _TARGET, _ON_TARGET, _BOX, _PLAYER = 0, 2, 3, 4, 5


def make(size: str) -> Adapter:
    """The environment of a size such as ``7x7-2``: width and height with the border, and the number of boxes.

    Raises:
        ModuleNotFoundError: the package is not installed.
        ValueError: the text is no size, or the size has no room for so many boxes.
    """
    width, height, boxes = read_size(size)
    return SokobanAdapter(f"gym-sokoban:{size}", OriginalEnv(width, height, boxes))


class OriginalEnv:
    """The original, with what :class:`~agent_client.adapters.sokoban.SokobanAdapter` needs of an environment."""

    def __init__(self, width: int, height: int, boxes: int) -> None:
        self._env = original(width, height, boxes)
        self._steps = 0

    @property
    def level(self) -> Level:
        """The present situation."""
        return level_of(self._env)

    def reset(self, *, seed: int, options: dict[str, Any] | None = None) -> None:
        """Begins the level of this seed; the global generators, which it draws from, are left as they were."""
        before, numbers = random.getstate(), np.random.get_state()
        random.seed(seed)
        np.random.seed(seed % 2**32)
        try:
            with redirect_stdout(StringIO()):  # it prints when it has to make a level again
                self._env.reset()
        finally:
            random.setstate(before)
            np.random.set_state(numbers)
        self._steps = 0

    def step(self, action: int) -> tuple[None, float, bool, bool, dict[str, Any]]:
        """Acts; the index is one into ``ACTIONS``."""
        _, reward, ended, info = self._env.step(action)
        self._steps += 1
        done = bool(ended and info["all_boxes_on_target"])
        return None, round(float(reward), 6), done, not done and self._steps >= _MAX_STEPS, {}

    def close(self) -> None:
        """Closes the environment."""
        self._env.close()


def original(width: int, height: int, boxes: int) -> Any:
    """A ``gym_sokoban`` environment without pictures and without a step limit of its own.

    Raises:
        ModuleNotFoundError: the package is not installed.
    """
    with _as_in_2019():
        module = import_module("gym_sokoban.envs.sokoban_env")
    env = module.SokobanEnv(dim_room=(height, width), num_boxes=boxes, max_steps=-1, reset=False)
    env.render = lambda *_, **__: None
    return env


def level_of(env: Any) -> Level:
    """The situation of an original environment."""
    state, fixed = env.room_state, env.room_fixed
    height, width = state.shape

    def cells(found: Any) -> frozenset[tuple[int, int]]:
        return frozenset((int(x), int(y)) for y, x in np.argwhere(found))

    (player,) = cells(state == _PLAYER)
    boxes = cells((state == _ON_TARGET) | (state == _BOX))
    return Level(width, height, cells(fixed == _WALL), cells(fixed == _TARGET), boxes, player)


@contextmanager
def _as_in_2019() -> Iterator[None]:
    """For its import: ``pkg_resources``, which setuptools no longer has, and no word of how old it all is."""
    stand_in = None
    if "pkg_resources" not in sys.modules:
        stand_in = ModuleType("pkg_resources")
        stand_in.__dict__["resource_filename"] = _resource_filename
        sys.modules["pkg_resources"] = stand_in
    try:
        with warnings.catch_warnings(), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        if sys.modules.get("pkg_resources") is stand_in:
            del sys.modules["pkg_resources"]


def _resource_filename(package: str, name: str) -> str:
    """As ``pkg_resources`` has it.

    Raises:
        ModuleNotFoundError: there is no such package.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"there is no package {package}", name=package)
    return str(Path(spec.origin).parent / name)
