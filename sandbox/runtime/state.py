"""States: unordered collections of typed objects with attributes (an object-oriented MDP).

Two states are equal when their multisets of objects are. A state that a model receives is its private copy:
change it and return it. Objects are shared between copies until they are touched.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from .values import Value, canonical, freeze, thaw

_setattr = object.__setattr__


class Object:
    """One typed object. ``obj.name`` and ``obj["name"]`` read and set attributes; ``obj.type`` is its type.

    No attribute name is special; those that are no Python names, or begin with two underscores, are reached by
    ``obj["name"]``. Objects are equal when type and attributes are, value types included.
    """

    __slots__ = ("_Object__data", "_Object__digest", "_Object__owner", "_Object__shared", "_Object__type")

    def __init__(self, type: str, /, **attributes: Any) -> None:
        if "type" in attributes:
            raise TypeError("an object has one type; no attribute may be called `type`")
        _fill(self, type, {name: freeze(value, name) for name, value in attributes.items()}, None)

    @classmethod
    def from_mapping(cls, type: str, attributes: Mapping[str, Any]) -> "Object":
        """An object whose attribute names need not be Python names.

        Raises:
            InvalidValueError: an attribute's value is none that a state may hold.
        """
        return _fill(_new(cls), type, {name: freeze(value, name) for name, value in attributes.items()}, None)

    @property
    def type(self) -> str:
        """The object's type."""
        return self.__type  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Value:
        try:
            return self.__data[name]
        except KeyError:
            raise AttributeError(f"{self.__type} has no attribute {name!r}; it has {sorted(self.__data)}") from None

    def __getitem__(self, name: str) -> Value:
        return self.__data[name]

    def __setitem__(self, name: str, value: Any) -> None:
        if type(value) not in _ATOMS:
            value = freeze(value, name)
        if self.__shared:
            _setattr(self, "_Object__data", dict(self.__data))
            _setattr(self, "_Object__shared", False)
        self.__data[name] = value
        _setattr(self, "_Object__digest", None)
        if self.__owner is not None:
            _changed(self.__owner, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "type":
            raise AttributeError("an object keeps its type; remove it and add another")
        self[name] = value

    def __contains__(self, name: str) -> bool:
        return name in self.__data

    def __iter__(self) -> Iterator[str]:
        """The names of the attributes, sorted."""
        return iter(sorted(self.__data))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Object) and digest(self) == digest(other)

    def __hash__(self) -> int:
        return digest(self) & 0x7FFFFFFFFFFFFFF

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={self.__data[name]!r}" for name in sorted(self.__data))
        return f"{self.__type}({inside})"

    def __copy__(self) -> "Object":
        return _share(self, None)

    def __deepcopy__(self, memo: object) -> "Object":
        return _share(self, None)


_new: Callable[[type[Object]], Object] = object.__new__
_ATOMS = frozenset({type(None), bool, str})


def _fill(obj: Object, kind: str, data: dict[str, Value], owner: "State | None") -> Object:
    _setattr(obj, "_Object__type", kind)
    _setattr(obj, "_Object__data", data)
    _setattr(obj, "_Object__digest", None)
    _setattr(obj, "_Object__shared", False)
    _setattr(obj, "_Object__owner", owner)
    return obj


def _share(obj: Object, owner: "State | None") -> Object:
    """A copy of ``obj`` that shares its attributes until either is changed."""
    twin = _new(Object)
    _setattr(obj, "_Object__shared", True)
    _setattr(twin, "_Object__type", obj._Object__type)
    _setattr(twin, "_Object__data", obj._Object__data)
    _setattr(twin, "_Object__digest", obj._Object__digest)
    _setattr(twin, "_Object__shared", True)
    _setattr(twin, "_Object__owner", owner)
    return twin


def attributes(obj: Object) -> Mapping[str, Value]:
    """The attributes of ``obj``, frozen values by name; not to be changed."""
    return obj._Object__data  # type: ignore[no-any-return]


def digest(obj: Object) -> int:
    """128 bits that stand for the object's type and attributes; the same in every process."""
    known: int | None = obj._Object__digest
    if known is None:
        text = canonical([obj._Object__type, obj._Object__data])
        known = int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")
        _setattr(obj, "_Object__digest", known)
    return known


class State:
    """An unordered multiset of objects.

    ``state.of("Box")`` lists the objects of a type, ``state.where(x=1, y=2)`` those with these attributes;
    iterating gives all. ``add`` and ``remove`` change the collection.
    """

    __slots__ = ("_by_type", "_index", "_items", "_key")

    def __init__(self, objects: Iterable[Object] = ()) -> None:
        self._items: list[Object] = [_share(obj, self) for obj in objects]
        self._by_type: dict[str, list[int]] | None = None
        self._index: dict[str, dict[Value, list[int]]] = {}
        self._key: tuple[int, ...] | None = None

    def of(self, type: str) -> list[Object]:
        """The objects of a type, as a new list."""
        if self._by_type is None:
            self._by_type = {}
            for i, obj in enumerate(self._items):
                self._by_type.setdefault(obj.type, []).append(i)
        return [self._own(i) for i in self._by_type.get(type, ())]

    def one(self, type: str) -> Object | None:
        """The first object of a type, or None."""
        found = self.of(type)
        return found[0] if found else None

    def where(self, **attributes: Any) -> list[Object]:
        """The objects that have all these attributes with these values (``type`` may be named too)."""
        positions: list[int] | None = None
        for name, value in attributes.items():
            if type(value) is list or isinstance(value, Mapping):
                value = freeze(value, name)
            hits = self._lookup(name).get(value, [])
            positions = hits if positions is None else [i for i in positions if i in hits]
            if not positions:
                return []
        if positions is None:
            return list(self)
        return [self._own(i) for i in positions]

    def add(self, obj: Object | str, /, **attributes: Any) -> Object:
        """Adds an object, or a new one made from a type and attributes; returns the one that the state holds."""
        own = _share(obj, self) if isinstance(obj, Object) else Object(obj, **attributes)
        _setattr(own, "_Object__owner", self)
        self._items.append(own)
        self._forget()
        return own

    def remove(self, obj: Object) -> None:
        """Removes this object, or else one that equals it.

        Raises:
            KeyError: there is none.
        """
        place = next((i for i, item in enumerate(self._items) if item is obj), None)
        if place is None:
            place = next((i for i, item in enumerate(self._items) if item == obj), None)
        if place is None:
            raise KeyError(f"the state holds no {obj!r}")
        del self._items[place]
        self._forget()

    def copy(self) -> "State":
        """A private copy; costs a list, objects are shared until touched."""
        twin = State.__new__(State)
        twin._items = list(self._items)
        twin._by_type = self._by_type
        twin._index = dict(self._index)
        twin._key = self._key
        return twin

    def key(self) -> tuple[int, ...]:
        """The sorted digests of the objects: equal for equal states, in every process."""
        if self._key is None:
            self._key = tuple(sorted([digest(obj) for obj in self._items]))
        return self._key

    def __iter__(self) -> Iterator[Object]:
        return iter([self._own(i) for i in range(len(self._items))])

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, obj: object) -> bool:
        return any(item == obj for item in self._items)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, State) and self.key() == other.key())

    def __hash__(self) -> int:
        return sum(self.key()) & 0x7FFFFFFFFFFFFFF

    def __repr__(self) -> str:
        return "State([" + ", ".join(sorted(map(repr, self._items))) + "])"

    def __copy__(self) -> "State":
        return self.copy()

    def __deepcopy__(self, memo: object) -> "State":
        return self.copy()

    def _own(self, i: int) -> Object:
        obj = self._items[i]
        if obj._Object__owner is not self:
            obj = self._items[i] = _share(obj, self)
        return obj

    def _lookup(self, name: str) -> dict[Value, list[int]]:
        table = self._index.get(name)
        if table is None:
            table = {}
            for i, obj in enumerate(self._items):
                if name == "type":
                    table.setdefault(obj.type, []).append(i)
                elif name in obj:
                    table.setdefault(obj[name], []).append(i)
            self._index[name] = table
        return table

    def _forget(self) -> None:
        self._by_type = None
        self._index = {}
        self._key = None


def _changed(state: State, name: str) -> None:
    state._key = None
    state._index.pop(name, None)


def difference(before: State, after: State) -> tuple[list[Object], list[Object]]:
    """The objects that ``after`` lacks, and those that it adds, as multisets."""
    count: dict[int, int] = {}
    kept = {id(obj) for obj in before._items} & {id(obj) for obj in after._items}
    for obj in before._items:
        if id(obj) not in kept:
            count[digest(obj)] = count.get(digest(obj), 0) + 1
    added = []
    for obj in after._items:
        if id(obj) in kept:
            continue
        if count.get(digest(obj), 0):
            count[digest(obj)] -= 1
        else:
            added.append(obj)
    removed = []
    for obj in before._items:
        if id(obj) not in kept and count.get(digest(obj), 0):
            count[digest(obj)] -= 1
            removed.append(obj)
    return removed, added


def to_json(state: State) -> list[dict[str, Any]]:
    """The state as JSON data: a list of objects with ``type`` and attributes, in a fixed order."""
    ordered = sorted(state._items, key=digest)
    return [{"type": obj.type, **{name: thaw(obj[name]) for name in obj}} for obj in ordered]
