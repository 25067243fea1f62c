"""What the spaces of gymnasium tell without being explained: whole numbers as objects, and names of actions."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import EnumMeta
from math import prod
from typing import Any

import numpy as np
from gymnasium import spaces

from sandbox.runtime.state import Object

Reader = Callable[[Any], Iterator[Object]]

_ROOT = "Observation"  # the type of the object that an observation becomes
_MOST_CELLS = 4096  # of a grid; more are a picture
_NAMES = ("actions", "Actions", "ACTIONS", "action_names")  # where environments keep names of their actions


def reader(space: Any) -> Reader:
    """A function that tells the observations of a space in objects.

    A number is an object with ``value``; a vector one with ``v0``, ``v1``, ...; of a grid each cell is one with ``x``,
    ``y`` and ``value``. Of a dictionary, single values are attributes of one object; vectors and grids are objects with
    their keys as types.

    Raises:
        ValueError: there is something in it that is no whole number; the text says what.
    """
    parts = _parts(space)
    if parts is None:
        return _whole(space)
    plain = {name: inner for name, inner in parts.items() if _is_single(inner)}
    readers = {name: _whole(inner, name) for name, inner in parts.items() if name not in plain}

    def read(seen: Any) -> Iterator[Object]:
        values = dict(_leaves(space, seen))
        if plain:
            yield Object.from_mapping(_ROOT, {name: _single(values[name]) for name in plain})
        for name, inner in readers.items():
            yield from inner(values[name])

    return read


def action_names(env: Any) -> list[str]:
    """A name for each value of a discrete action space: the environment's own where it has some, else ``action0``, ...

    Raises:
        ValueError: the action space is another.
    """
    space = env.action_space
    if not isinstance(space, spaces.Discrete):
        raise ValueError(
            f"its action space is {space}; only Discrete is understood by itself: give `actions` and to_action"
        )
    values = range(int(space.start), int(space.start + space.n))
    inner = env.unwrapped
    meanings = getattr(inner, "get_action_meanings", None)
    found = [meanings()] if callable(meanings) else []
    for kept in [*found, *(getattr(inner, name, None) for name in _NAMES)]:
        names = _named(kept, values)
        if names:
            return names
    return [f"action{value}" for value in values]


def _named(kept: Any, values: Sequence[int]) -> list[str]:
    """The names of these values that an enumeration, a mapping or a list has; none where it has not all of them."""
    if isinstance(kept, EnumMeta):
        members: Mapping[str, Any] = kept.__members__
        told: dict[Any, Any] = {member.value: name for name, member in members.items()}
    elif isinstance(kept, Mapping):
        told = dict(kept)
    elif isinstance(kept, list | tuple):
        told = dict(enumerate(kept, start=values[0]))
    else:
        return []
    names = [told.get(value) for value in values]
    fits = len(told) == len(values) and len(set(names)) == len(names)
    return [str(name) for name in names] if fits and all(isinstance(name, str) and name for name in names) else []


def _parts(space: Any, prefix: str = "") -> dict[str, Any] | None:
    """The spaces within a dictionary or a tuple by their names, those within these included; None for any other."""
    inner = _inside(space)
    if inner is None:
        return None
    found: dict[str, Any] = {}
    for key, part in inner.items():
        name = f"{prefix}_{key}" if prefix else str(key)
        deeper = _parts(part, name)
        found.update({name: part} if deeper is None else deeper)
    return found


def _leaves(space: Any, seen: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """What was seen in each of :func:`_parts`."""
    for key, part in (_inside(space) or {}).items():
        name = f"{prefix}_{key}" if prefix else str(key)
        value = seen[int(key[1:])] if isinstance(space, spaces.Tuple) else seen[key]
        if _inside(part) is None:
            yield name, value
        else:
            yield from _leaves(part, value, name)


def _inside(space: Any) -> Mapping[str, Any] | None:
    if isinstance(space, spaces.Dict):
        return dict(space.spaces)
    if isinstance(space, spaces.Tuple):
        return {f"v{number}": part for number, part in enumerate(space.spaces)}
    return None


def _is_single(space: Any) -> bool:
    return isinstance(space, spaces.Discrete | spaces.Text) or (_is_whole(space) and space.shape == ())


def _single(value: Any) -> int | str:
    return value if isinstance(value, str) else int(value)


def _is_whole(space: Any) -> bool:
    numbers = isinstance(space, spaces.Box | spaces.MultiDiscrete | spaces.MultiBinary)
    return numbers and (np.issubdtype(space.dtype, np.integer) or np.issubdtype(space.dtype, np.bool_))


def _whole(space: Any, name: str = "") -> Reader:
    """A reader of a space that has no others in it; ``name`` is its key."""
    kind = re.sub(r"\W", "_", name).capitalize()
    if _is_single(space):
        return lambda seen: iter([Object(kind or _ROOT, value=_single(seen))])
    if not _is_whole(space):
        raise ValueError(_unread(space, name, "that is no whole number"))
    if len(space.shape) == 1:
        return lambda seen: iter([Object(kind or _ROOT, **{f"v{i}": int(value) for i, value in enumerate(seen)})])
    if len(space.shape) == 2 and prod(space.shape) <= _MOST_CELLS:
        return lambda seen: _cells(seen, kind or "Cell")
    raise ValueError(_unread(space, name, "more than a grid of numbers, such as a picture"))


def _cells(seen: Any, kind: str) -> Iterator[Object]:
    for y, row in enumerate(seen):
        for x, value in enumerate(row):
            yield Object(kind, x=x, y=y, value=int(value))


def _unread(space: Any, name: str, why: str) -> str:
    told = re.sub(r"\s+", " ", str(space))
    where = f"`{name}` of its observations" if name else "its observation"
    return f"{where} is {told}, {why}; say what it means in to_objects(obs, info) of a GymAdapter (docs/agents.md)"
