"""Changes of states in words."""

from collections.abc import Iterable
from typing import Any

from sandbox.runtime.state import Object, State, difference
from sandbox.runtime.values import thaw


def change(before: State, after: State) -> str:
    """What differs between two states, such as ``Player x 3 -> 4; Key gone``; ``nothing changes`` when they are equal.

    A removed object and an added one of its type that has most in common with it are taken for the same.
    """
    removed, added = difference(before, after)
    parts, left = [], list(added)
    for old in sorted(removed, key=repr):
        new = _heir(old, left)
        if new is None:
            parts.append(f"{_name(old, before)} gone")
        else:
            left.remove(new)
            parts.append(f"{_name(old, before)} {', '.join(_differences(old, new))}")
    parts += [f"{obj!r} new" for obj in sorted(left, key=repr)]
    return "; ".join(parts) or "nothing changes"


def _heir(old: Object, candidates: Iterable[Object]) -> Object | None:
    alike = [new for new in candidates if new.type == old.type and set(new) == set(old)]
    return max(alike, key=lambda new: (sum(_same(old[name], new[name]) for name in old), repr(new)), default=None)


def _differences(old: Object, new: Object) -> list[str]:
    return [f"{name} {_value(old[name])} -> {_value(new[name])}" for name in old if not _same(old[name], new[name])]


def _name(obj: Object, state: State) -> str:
    """The object's type where there is but one of it, else all of the object."""
    return str(obj.type) if len(state.of(obj.type)) == 1 else repr(obj)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _value(value: Any) -> str:
    plain = thaw(value)
    return str(plain).lower() if plain is None or isinstance(plain, bool) else str(plain)
