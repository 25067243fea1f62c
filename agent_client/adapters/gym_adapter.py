"""Any gymnasium environment as an adapter. One of its own is a class of a few lines (docs/agents.md)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import gymnasium
from PIL import Image

from agent_client.adapters import sketch
from agent_client.adapters.base import StepResult
from agent_client.adapters.gym_spaces import action_names, reader
from agent_client.render import draw
from sandbox.data.records import Success, World
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.state import Object, State

_UNFIT = re.compile(r"[^\w.-]+")  # for the name of a world


class GymAdapter:
    """Tells a gymnasium environment in objects. By itself it understands whole numbers: see :meth:`to_objects`.

    A class of its own says more, in any of: ``to_objects``, ``goal``, ``actions``, ``to_action``, ``success``,
    ``description``. ``env`` is the environment; all that matters to what happens must be told in objects.
    """

    actions: Sequence[str | ActionSchema] = ()  # none: the environment's own names, or action0, action1, ...
    success = Success()
    description = ""

    def __init__(self, env: "gymnasium.Env[Any, Any]", name: str = "") -> None:
        """``name`` is what the user called it.

        Raises:
            ValueError: its spaces cannot be told in objects and actions without further words; the text says which.
        """
        self.env: Any = env
        kind = env.spec.id if env.spec is not None else type(env.unwrapped).__name__
        self.name = name or kind
        own = type(self)
        self._read = reader(env.observation_space) if own.to_objects is GymAdapter.to_objects else None
        if not self.actions or own.to_action is GymAdapter.to_action:
            names = action_names(env)  # refuses what is no discrete space
            self.actions = self.actions or names
            if len(self.actions) != len(names):
                raise ValueError(f"`actions` names {len(self.actions)} actions, and the environment has {len(names)}")
        schemas = tuple(ActionSchema(told) if isinstance(told, str) else told for told in self.actions)
        self.world = World(_UNFIT.sub("-", kind), self.description, schemas, self.success)
        self._numbers = {schema.name: number for number, schema in enumerate(schemas)}
        self._state = State()

    def to_objects(self, obs: Any, info: Mapping[str, Any]) -> Iterable[Object]:
        """The objects that an observation tells of; here those of :func:`agent_client.adapters.gym_spaces.reader`."""
        if self._read is None:
            raise NotImplementedError("this class tells its objects itself")
        return self._read(obs)

    def goal(self, obs: Any, info: Mapping[str, Any]) -> str:
        """What an episode is for, in words, from its first observation. Rewards may depend on it, and moves not."""
        return ""

    def to_action(self, action: Action) -> Any:
        """What the environment takes for an action; here its place among ``actions``, of a discrete space.

        Raises:
            ValueError: there is no such action.
        """
        if action.args or action.name not in self._numbers:
            raise ValueError(f"there is no action {action}; there are {', '.join(self._numbers)}")
        return int(self.env.action_space.start) + self._numbers[action.name]

    def reset(self, seed: int) -> tuple[State, str]:
        """Begins the episode of this seed."""
        obs, info = self.env.reset(seed=seed)
        self._state = State(self.to_objects(obs, info))
        return self._state.copy(), self.goal(obs, info)

    def step(self, action: Action) -> StepResult:
        """Acts.

        Raises:
            ValueError: the environment has no such action.
        """
        obs, reward, done, truncated, info = self.env.step(self.to_action(action))
        self._state = State(self.to_objects(obs, info))
        return StepResult(self._state.copy(), float(reward), bool(done), bool(truncated and not done))

    def picture(self) -> str:
        """A map of the objects that have a place, and a table of the others."""
        return sketch.text(self._state)

    def frame(self) -> Image.Image:
        """The environment's own picture, if it was made with ``render_mode="rgb_array"``; else a sketch."""
        if self.env.render_mode == "rgb_array":
            return Image.fromarray(self.env.render())
        return draw(self.picture())

    def close(self) -> None:
        """Closes the environment."""
        self.env.close()
