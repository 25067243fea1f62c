"""Objects, and the unchanging bodies behind them.

A :class:`Body` is a value: type and attributes that never change, so that any number of states can share it. An
:class:`Object` is what a model holds: it reads through to a body, and writing gives it, and the state that it
belongs to, a new one.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from .values import INT_MAX, INT_MIN, Value, canonical, check_text, freeze

if TYPE_CHECKING:
    from .state import State

_setattr = object.__setattr__
_ATOMS = frozenset({type(None), bool, int, float, str})


class Body:
    """A type and attributes that never change; states share it."""

    __slots__ = ("data", "digest", "type")

    def __init__(self, type: str, data: dict[str, Value]) -> None:
        self.type = type
        self.data = data
        self.digest: int | None = None


class _Blank:
    """An object's fields, before it refuses plain assignment: filling them so is three times as fast."""

    __slots__ = ("_Object__body", "_Object__owner", "_Object__place", "__dict__", "type")
    _Object__body: Body
    _Object__owner: "State | None"
    _Object__place: int
    type: str


class Object(_Blank):
    """One typed object. ``obj.name`` and ``obj["name"]`` read and set attributes; ``obj.type`` is its type.

    No attribute name is special; those that are no Python names, or begin with two underscores, are reached by
    ``obj["name"]``. Objects are equal when type and attributes are, value types included.
    """

    __slots__ = ()

    def __init__(self, type: str, /, **attributes: Any) -> None:
        _fill(self, _checked(type, attributes), None, 0)

    @classmethod
    def from_mapping(cls, type: str, attributes: Mapping[str, Any]) -> "Object":
        """An object whose attribute names need not be Python names.

        Raises:
            InvalidValueError: an attribute's value is none that a state may hold.
            TypeError: an attribute is called `type`.
        """
        return view(_checked(type, attributes))

    def __getattr__(self, name: str) -> Value:
        raise AttributeError(f"{self.type} has no attribute {name!r}; it has {sorted(self.__body.data)}")

    def __getitem__(self, name: str) -> Value:
        return self.__body.data[name]

    def __setitem__(self, name: str, value: Any) -> None:
        if name == "type":
            raise AttributeError("an object keeps its type; remove it and add another")
        kind = type(value)
        if kind is str:
            check_text(value, name)
        elif kind is int:
            if not INT_MIN <= value <= INT_MAX:
                freeze(value, name)
        elif kind is not bool and value is not None:
            value = freeze(value, name)
        owner = self.__owner
        if owner is None:
            body = Body(self.type, {**self.__body.data, name: value})
        else:
            body = owner._write(self.__place, self.__body, name, value)
        _setattr(self, "_Object__body", body)
        _setattr(self, "__dict__", body.data)

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        raise AttributeError("an object keeps its attributes; remove it and add another")

    def __contains__(self, name: str) -> bool:
        return name in self.__body.data

    def __iter__(self) -> Iterator[str]:
        """The names of the attributes, sorted."""
        return iter(sorted(self.__body.data))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Object) and body_digest(self.__body) == body_digest(other.__body)

    def __hash__(self) -> int:
        return body_digest(self.__body) & 0x7FFFFFFFFFFFFFF

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={self.__body.data[name]!r}" for name in self)
        return f"{self.type}({inside})"

    def __copy__(self) -> "Object":
        return view(self.__body)

    def __deepcopy__(self, memo: object) -> "Object":
        return view(self.__body)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Object.from_mapping, (self.type, dict(self.__body.data)))


def _fill(obj: Object, body: Body, owner: "State | None", place: int) -> None:
    _setattr(obj, "type", body.type)
    _setattr(obj, "__dict__", body.data)
    _setattr(obj, "_Object__body", body)
    _setattr(obj, "_Object__owner", owner)
    _setattr(obj, "_Object__place", place)


def view(body: Body, owner: "State | None" = None, place: int = 0) -> Object:
    """An object that reads through to ``body``; writes tell ``owner`` the new body of ``place``."""
    blank = _Blank()
    blank.type = body.type
    blank.__dict__ = body.data
    blank._Object__body = body
    blank._Object__owner = owner
    blank._Object__place = place
    blank.__class__ = Object
    return blank  # type: ignore[return-value]


def _checked(kind: str, attributes: Mapping[str, Any]) -> Body:
    if "type" in attributes:
        raise TypeError("an object has one type; no attribute may be called `type`")
    if type(kind) is not str:
        raise TypeError(f"an object's type is a string, not {type(kind).__name__}")
    data = {name: freeze(value, name) for name, value in attributes.items()}
    return Body(check_text(kind, "type"), data)


def body_of(obj: Object) -> Body:
    """The body that ``obj`` reads at present.

    Raises:
        TypeError: it is no object.
    """
    if not isinstance(obj, Object):
        raise TypeError(f"a state holds objects, not {type(obj).__name__}")
    return obj._Object__body


def attributes(obj: Object) -> Mapping[str, Value]:
    """The attributes of ``obj``, frozen values by name; not to be changed."""
    return body_of(obj).data


def digest(obj: Object) -> int:
    """128 bits that stand for the object's type and attributes; the same in every process."""
    return body_digest(body_of(obj))


def body_digest(body: Body) -> int:
    """128 bits that stand for the type and the attributes; the same in every process."""
    known = body.digest
    if known is None:
        data = body.data
        values = data.values()
        if _ATOMS.issuperset(map(type, values)):
            known = _digest(body.type, len(data), *data, *values)
        else:  # nested values that are equal may differ in their texts (1, 1.0 and True)
            texts = [repr(value) for value in values if type(value) not in _ATOMS]
            known = _digest(body.type, len(data), *data, *values, *texts)
        body.digest = known
    return known


@lru_cache(maxsize=1 << 15, typed=True)
def _digest(kind: str, count: int, *fields: Value) -> int:
    """The digest of a type with ``count`` attributes: their names, their values, and what tells these apart."""
    data = dict(zip(fields[:count], fields[count : 2 * count], strict=True))
    return int.from_bytes(blake2b(canonical([kind, data]).encode(), digest_size=16).digest(), "big")
