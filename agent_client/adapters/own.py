"""Environments of one's own, by ``module:callable``: what is called returns the environment.

An object with the members of :class:`~agent_client.adapters.base.Environment` is taken as it is, and what it lacks for
being watched is added; a ``gymnasium.Env`` becomes a :class:`~agent_client.adapters.gym_adapter.GymAdapter`.
"""

import json
import re
import sys
from collections.abc import Callable
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl

from agent_client.adapters import sketch
from agent_client.adapters.base import Adapter, Environment, StepResult
from sandbox.data.records import World
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State

if TYPE_CHECKING:
    from PIL.Image import Image

SHAPE = "MODULE:CALLABLE?KEY=VALUE, such as gymnasium:make?id=FrozenLake-v1&is_slippery=false"
_GYMNASIUM = ("gymnasium.core", "Env")
_SPEC = re.compile(r"(?!\d)(?P<module>\w+(\.\w+)*):(?!\d)(?P<callable>\w+(\.\w+)*)(\?(?P<query>.*))?", re.DOTALL)


def is_spec(text: str) -> bool:
    """Whether a name looks like ``module:callable``, with a query or without."""
    return _SPEC.fullmatch(text) is not None


def make(spec: str) -> Adapter:
    """Imports the module, calls the callable with the query's values, and returns what an agent can play.

    Modules are sought in the working directory first, as ``python -m`` does.

    Raises:
        ModuleNotFoundError: there is no such module, or one that it needs is not installed.
        ValueError: there is nothing to call in it, it raised, or what it returned is no environment.
    """
    found = _SPEC.fullmatch(spec)
    if found is None:
        raise ValueError(f"write {SHAPE}")
    build, values = _callable(found["module"], found["callable"]), _values(found["query"] or "")
    try:
        made = build(**values)
    except ModuleNotFoundError:
        raise  # by its own name
    except (Exception, SystemExit) as error:
        raise ValueError(f"calling it raised {type(error).__name__}: {error}") from error
    return adapted(made, spec)


def adapted(made: object, spec: str) -> Adapter:
    """What an agent can play and people can watch, of what was made; ``spec`` is how it was asked for.

    Raises:
        ValueError: it is no environment, or one whose observations or actions are not understood.
    """
    gymnasium = any((kind.__module__, kind.__name__) == _GYMNASIUM for kind in type(made).__mro__)
    needed = ("observation_space", "action_space") if gymnasium else ("name", "world", "reset", "step")
    lacking = [name for name in needed if not hasattr(made, name)]
    if lacking:
        told = "lacks" if gymnasium else "is no gymnasium.Env and, for an Environment, lacks"
        raise ValueError(f"it returned {_an(made)}, which {told} {', '.join(lacking)} (docs/agents.md)")
    if gymnasium:
        adapter: Adapter = import_module("agent_client.adapters.gym_adapter").GymAdapter(made, spec)
        return adapter
    env = cast(Environment, made)
    if not isinstance(env.world, World):
        raise ValueError(f"`world` of what it returned should be a World, and is {_an(env.world)}")
    if all(hasattr(made, name) for name in ("picture", "frame", "close")):
        return cast(Adapter, made)
    return Watched(env)


class Watched:
    """An environment with what it has for being watched, and what it lacks: sketches of its states."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._state = State()

    @property
    def name(self) -> str:
        """The environment's own name."""
        return self._env.name

    @property
    def world(self) -> World:
        """The environment's own world."""
        return self._env.world

    def reset(self, seed: int) -> tuple[State, str]:
        """Begins an episode."""
        start, goal = self._env.reset(seed)
        self._state = start.copy()
        return start, goal

    def step(self, action: Action) -> StepResult:
        """Acts; raises what the environment raises."""
        came = self._env.step(action)
        self._state = came.state.copy()
        return came

    def picture(self) -> str:
        """The environment's own picture, else a sketch."""
        own: Callable[[], str] | None = getattr(self._env, "picture", None)
        return own() if own is not None else sketch.text(self._state)

    def frame(self) -> "Image":
        """The environment's own picture, else one of :meth:`picture`.

        Raises:
            ModuleNotFoundError: Pillow is not installed.
        """
        own: Callable[[], Image] | None = getattr(self._env, "frame", None)
        if own is not None:
            return own()
        drawn: Image = import_module("agent_client.render").draw(self.picture())
        return drawn

    def close(self) -> None:
        """Closes the environment, if it has something to close."""
        own: Callable[[], None] | None = getattr(self._env, "close", None)
        if own is not None:
            own()


def _callable(module: str, name: str) -> Callable[..., object]:
    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        imported: Any = import_module(module)
    except ModuleNotFoundError:
        raise
    except (Exception, SystemExit) as error:
        raise ValueError(f"importing {module} raised {type(error).__name__}: {error}") from error
    try:
        found = reduce(getattr, name.split("."), imported)
    except AttributeError:
        raise ValueError(f"there is no {name} in module {module}") from None
    if not callable(found):
        raise ValueError(f"{name} of module {module} is {_an(found)}, and cannot be called")
    return cast(Callable[..., object], found)


def _values(query: str) -> dict[str, Any]:
    """The values of ``key=value&...``: numbers, true, false and what else is JSON as such, the rest as text."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True) if query else []
    except ValueError:
        raise ValueError(f"write key=value and & between, not {query!r}") from None
    values = {key: _value(text) for key, text in pairs}
    if len(values) < len(pairs):
        raise ValueError(f"a key is given twice in {query!r}")
    return values


def _value(text: str) -> Any:
    if text in {"True", "False", "None"}:  # as Python writes them
        return {"True": True, "False": False, "None": None}[text]
    try:
        return json.loads(text, parse_constant=str)
    except ValueError:
        return text


def _an(thing: object) -> str:
    return (
        f"an instance of {type(thing).__qualname__}"
        if not isinstance(thing, type)
        else f"the class {thing.__qualname__}"
    )
