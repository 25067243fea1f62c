"""MiniGrid and BabyAI environments (the ``minigrid`` package), told in full symbolic states.

Missions of BabyAI may mean things by where they were when the episode began, "on your left": no later state would tell
that, so each of its things says it (``along`` and ``aside``, as seen by the agent then).

The package pays ``1 - 0.9 * steps / limit`` on success, which depends on the number of steps: hidden state. The
adapter pays ``float(reward > 0)`` instead (as WorldCoder does), so that reward follows from state and action.
"""

from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from difflib import get_close_matches
from io import StringIO
from typing import Any

import gymnasium
import minigrid.core.world_object as parts
from gymnasium.error import DependencyNotInstalled
from minigrid.core.actions import Actions
from minigrid.minigrid_env import MiniGridEnv
from PIL import Image

from agent_client.adapters.base import Adapter, StepResult
from agent_client.adapters.terminal import paint
from sandbox.data.records import World
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.state import Object, State

_DESCRIPTION = (
    "A grid of cells, x to the right and y downwards. The agent faces a direction `dir` (0 right, 1 down, 2 left, "
    "3 up) and may carry one object."
)
_ARROWS = {0: "> ", 1: "v ", 2: "< ", 3: "^ "}
_GLYPHS = {"Key": "k ", "Ball": "o ", "Box": "[]", "Goal": "G ", "Lava": "~~", "Floor": ". "}
_DOORS = {"open": "__", "closed": "D ", "locked": "L "}


def make(id: str) -> Adapter:
    """The environment of this gymnasium id.

    Raises:
        ValueError: there is none, it moves at random, or packages that it needs are missing.
    """
    ids = [name for name in gymnasium.registry if name.startswith(("MiniGrid-", "BabyAI-"))]
    if id not in ids:
        near = get_close_matches(id, ids, n=3, cutoff=0.4)
        raise ValueError(f"minigrid has no such id{', near it are ' + ', '.join(near) if near else ''}")
    if "Dynamic-Obstacles" in id:
        raise ValueError("its obstacles move at random, and a world must be deterministic")
    try:
        env = gymnasium.make(id, render_mode="rgb_array", disable_env_checker=True).unwrapped
    except DependencyNotInstalled as error:
        raise ValueError(str(error)) from None
    if not isinstance(env, MiniGridEnv):
        raise ValueError("this is no MiniGrid environment")
    return MiniGridAdapter(id, env)


class MiniGridAdapter:
    """A MiniGrid environment; goals are its missions. Cells without an object are not told."""

    def __init__(self, id: str, env: MiniGridEnv) -> None:
        self.name = f"minigrid:{id}"
        self.world = World(id, _DESCRIPTION, tuple(ActionSchema(action.name) for action in Actions))
        self._env: Any = env
        self._background = State()
        self._seen_from = id.startswith("BabyAI-")  # its missions may tell things by where they were at the start
        self._sides: dict[Any, dict[str, str]] = {}  # of the objects of this level

    def reset(self, seed: int) -> tuple[State, str]:
        """Begins the level of this seed."""
        vars(self._env).pop("gen_obs", None)
        with redirect_stdout(StringIO()):  # BabyAI prints the levels that it throws away
            self._env.reset(seed=seed)
        self._env.gen_obs = dict  # nobody looks at the observation, and it takes most of the time of a step
        self._sides = self._at_start() if self._seen_from else {}
        self._background = State([Object("Wall", x=x, y=y) for x, y, cell in self._cells() if cell.type == "wall"])
        return self._state(), str(self._env.mission)

    def step(self, action: Action) -> StepResult:
        """Acts.

        Raises:
            ValueError: MiniGrid has no such action.
        """
        if action.args or action.name not in Actions.__members__:
            raise ValueError(f"MiniGrid has no action {action}; it has {', '.join(Actions.__members__)}")
        _, reward, done, truncated, _ = self._env.step(Actions[action.name])
        return StepResult(self._state(), float(reward > 0), bool(done), bool(truncated and not done))

    def picture(self) -> str:
        """Two characters a cell."""
        rows = [["  "] * self._env.width for _ in range(self._env.height)]
        for x, y, cell in self._cells():
            rows[y][x] = _glyph(cell)
        x, y = self._env.agent_pos
        rows[y][x] = paint(_ARROWS[int(self._env.agent_dir)], "red")
        return "\n".join("".join(row) for row in rows)

    def frame(self) -> Image.Image:
        """MiniGrid's own picture of the whole level."""
        return Image.fromarray(self._env.get_frame(highlight=False, tile_size=32))

    def close(self) -> None:
        """Closes the environment."""
        self._env.close()

    def _state(self) -> State:
        state = self._background.copy()
        for x, y, cell in self._cells():
            if cell.type != "wall":
                state.add(Object.from_mapping(cell.type.capitalize(), {"x": x, "y": y, **self._told(cell)}))
        x, y = self._env.agent_pos
        carrying = _nested(self._env.carrying, self._told)
        state.add("Agent", x=int(x), y=int(y), dir=int(self._env.agent_dir), carrying=carrying)
        state.release()
        return state

    def _told(self, cell: Any) -> dict[str, Any]:
        """An object's attributes but for its place, with what was true of it at the start where missions may say so."""
        return {**_details(cell), **self._sides.get(cell, {})}

    def _at_start(self) -> dict[Any, dict[str, str]]:
        """On which sides of the agent things are, as it stands and looks now."""
        (ax, ay), (fx, fy) = self._env.agent_pos, self._env.dir_vec
        found = {}
        for x, y, cell in self._cells():
            dx, dy = int(x - ax), int(y - ay)
            along, aside = dx * int(fx) + dy * int(fy), dy * int(fx) - dx * int(fy)
            found[cell] = {"along": _side(along, "behind", "front"), "aside": _side(aside, "left", "right")}
        return found

    def _cells(self) -> Iterator[tuple[int, int, parts.WorldObj]]:
        grid = self._env.grid
        for i, cell in enumerate(grid.grid):
            if cell is not None:
                yield i % grid.width, i // grid.width, cell


def _details(cell: Any) -> dict[str, Any]:
    """An object's attributes but for its place."""
    match cell.type:
        case "door":
            state = "open" if cell.is_open else "locked" if cell.is_locked else "closed"
            return {"color": str(cell.color), "state": state}
        case "box":
            return {"color": str(cell.color), "contains": _nested(cell.contains, _details)}
        case "key" | "ball" | "floor":
            return {"color": str(cell.color)}
        case _:
            return {}


def _side(distance: int, less: str, more: str) -> str:
    return less if distance < 0 else more if distance > 0 else "level"


def _nested(cell: parts.WorldObj | None, told: Callable[[Any], dict[str, Any]]) -> dict[str, Any] | None:
    """An object inside another, as a value, with what is told of it."""
    return None if cell is None else {"type": cell.type.capitalize(), **told(cell)}


def _glyph(cell: parts.WorldObj) -> str:
    if cell.type == "wall":
        return paint("██", "grey")
    kind = cell.type.capitalize()
    text = _DOORS[_details(cell)["state"]] if kind == "Door" else _GLYPHS.get(kind, "? ")
    return paint(text, str(cell.color))
