"""The values an attribute may have, and their one canonical form.

A value is null, a boolean, a 64-bit integer, a finite float, a string, or a list or an object of values. Inside
a state lists are tuples and objects are :class:`FrozenMap`, so that every value can be hashed and shared.
"""

import json
import math
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import TYPE_CHECKING, Any

Value = Any  # None | bool | int | float | str | tuple[Value, ...] | FrozenMap

if TYPE_CHECKING:
    _Mapping = Mapping[str, Value]
else:  # for an abstract class it takes long to tell what is none of its kind, and models ask that all the time
    _Mapping = object

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
MAX_DEPTH = 32


class InvalidValueError(ValueError):
    """A value that no attribute may have; the text says where and why."""


class FrozenMap(_Mapping):
    """An immutable mapping from strings to values; equal to any mapping with equal items.

    Items read as attributes too, so that ``agent.carrying.color`` works on a nested object.
    """

    __slots__ = ("_FrozenMap__hash", "_FrozenMap__items")
    __items: dict[str, Value]
    __hash: int | None

    def __init__(self, items: Mapping[str, Value]) -> None:
        object.__setattr__(self, "_FrozenMap__items", {key: items[key] for key in sorted(items)})
        object.__setattr__(self, "_FrozenMap__hash", None)

    def __getitem__(self, key: str) -> Value:
        return self.__items[key]

    def __contains__(self, key: object) -> bool:
        return key in self.__items

    def get(self, key: str, default: Any = None) -> Value:
        """The item of this key, or the default."""
        return self.__items.get(key, default)

    def keys(self) -> KeysView[str]:
        """As of any mapping."""
        return self.__items.keys()

    def items(self) -> ItemsView[str, Value]:
        """As of any mapping."""
        return self.__items.items()

    def values(self) -> ValuesView[Value]:
        """As of any mapping."""
        return self.__items.values()

    def __iter__(self) -> Iterator[str]:
        return iter(self.__items)

    def __len__(self) -> int:
        return len(self.__items)

    def __hash__(self) -> int:
        known = self.__hash
        if known is None:
            known = hash(tuple(self.__items.items()))
            object.__setattr__(self, "_FrozenMap__hash", known)
        return known

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenMap):
            return self.__items == other.__items
        return isinstance(other, Mapping) and self.__items == dict(other)

    def __getattr__(self, name: str) -> Value:
        try:
            return self.__items[name]
        except KeyError:
            raise AttributeError(f"no attribute {name!r}; there are {sorted(self.__items)}") from None

    def __setattr__(self, name: str, value: Value) -> None:
        raise AttributeError("a nested value cannot be changed in place; assign a new one to the object")

    def __repr__(self) -> str:
        return repr(self.__items)

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenMap, (self.__items,))

    def __copy__(self) -> "FrozenMap":
        return self

    def __deepcopy__(self, memo: object) -> "FrozenMap":
        return self


Mapping.register(FrozenMap)


def freeze(value: Any, where: str = "value", depth: int = 0) -> Value:
    """``value`` in the form that states hold: lists become tuples, mappings FrozenMap, -0.0 becomes 0.0.

    Raises:
        InvalidValueError: a type, a number or a text that no attribute may have.
    """
    kind = type(value)
    if kind is int:
        if not INT_MIN <= value <= INT_MAX:
            raise InvalidValueError(f"{where}: integer outside 64 bits")
        return value
    if kind is str:
        return check_text(value, where)
    if value is None or kind is bool:
        return value
    if kind is float:
        if not math.isfinite(value):
            raise InvalidValueError(f"{where}: {value} is not a finite number")
        return value + 0.0
    if depth >= MAX_DEPTH:
        raise InvalidValueError(f"{where}: nested more than {MAX_DEPTH} deep")
    if kind is tuple or kind is list:
        return tuple(freeze(item, f"{where}[{i}]", depth + 1) for i, item in enumerate(value))
    if isinstance(value, Mapping):
        for key in value:
            if type(key) is not str:
                raise InvalidValueError(f"{where}: the key {key!r} is not a string")
            check_text(key, where)
        return FrozenMap({key: freeze(item, f"{where}.{key}", depth + 1) for key, item in value.items()})
    raise InvalidValueError(f"{where}: {kind.__name__} is not null, boolean, number, string, list or object")


def check_text(text: str, where: str) -> str:
    """``text`` itself when it can be written as UTF-8.

    Raises:
        InvalidValueError: it holds a lone surrogate.
    """
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidValueError(f"{where}: the text holds a lone surrogate") from None
    return text


def thaw(value: Value) -> Any:
    """``value`` as plain JSON data: tuples become lists, FrozenMap dicts."""
    if type(value) is tuple:
        return [thaw(item) for item in value]
    if type(value) is FrozenMap:
        return {key: thaw(item) for key, item in value.items()}
    return value


def canonical(value: Any) -> str:
    """The one JSON text of ``value`` (frozen or plain); 1, 1.0 and true differ in it."""
    return _ENCODER.encode(value)


def _plain(value: Any) -> Any:
    if isinstance(value, FrozenMap):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not a value")


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_plain)


def same(a: Value, b: Value) -> bool:
    """Whether two values are equal, types included (1, 1.0 and True differ)."""
    if type(a) is not type(b):
        return False
    if type(a) is tuple:
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if type(a) is FrozenMap:
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return bool(a == b)
