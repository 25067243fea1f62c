"""States: unordered collections of typed objects with attributes (an object-oriented MDP).

Two states are equal when their multisets of objects are. A state that a model receives is its private copy:
change it and return it.

A state is a shared :class:`~.base.Base`, with its indexes, and what differs from it: ``_bodies[i]`` is the body at
place ``i`` (None once removed), ``_dirty`` the places that differ from the base. So copies are cheap, and the indexes
of what stands still are built once for a state and all that descends from it.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from .base import Base
from .objects import Body, Object, attributes, body_digest, body_of, digest, view
from .values import Value, freeze, thaw

__all__ = ["Object", "State", "attributes", "difference", "digest", "objects_of", "to_json"]

_MASK = (1 << 128) - 1
_NONE = object()  # what a body has not


class State:
    """An unordered multiset of objects.

    ``state.of("Box")`` lists the objects of a type, ``state.where(x=1, y=2)`` those with these attributes;
    iterating gives all. ``add`` and ``remove`` change the collection.
    """

    __slots__ = ("_base", "_bodies", "_dirty", "_handles", "_key", "_print", "_size", "_watch")

    _base: Base
    _bodies: list[Body | None]  # the base's own list until something changes
    _dirty: set[int]
    _handles: dict[int, Object]  # the objects that were handed out, by place
    _key: tuple[int, ...] | None
    _print: int | None
    _size: int
    _watch: Any  # set by planners/watch.py only

    def __init__(self, objects: Iterable[Object] = ()) -> None:
        self._begin([body_of(obj) for obj in objects])

    def of(self, type: str) -> list[Object]:
        """The objects of a type, as a new list."""
        places = self._of(type)  # may move them
        known = self._handles
        return [known.get(i) or self._handle(i) for i in places]

    def one(self, type: str) -> Object | None:
        """The first object of a type, or None."""
        found = self._of(type)
        return self._handle(found[0]) if found else None

    def where(self, **attributes: Any) -> list[Object]:
        """The objects that have all these attributes with these values (``type`` may be named too)."""
        if not attributes:
            return list(self)
        if len(self._dirty) > self._base.patience:
            self._settle()
        names = tuple(attributes)
        table = self._base._tables.get(names)
        if table is None:
            table = self._base.table(names)
        try:
            found: Sequence[int] = table.get(tuple(attributes.values()), ())
        except TypeError:  # a list or a mapping, which no state holds as such
            return self.where(**{name: freeze(value, name) for name, value in attributes.items()})
        dirty = self._dirty
        if dirty:
            if found:
                found = [i for i in found if i not in dirty]
            hits = self._changed(dirty, attributes)
            if hits:
                found = sorted([*found, *hits])
        if not found:
            return []
        known = self._handles
        return [known.get(i) or self._handle(i) for i in found]

    def add(self, obj: Object | str, /, **attributes: Any) -> Object:
        """Adds an object, or a new one made from a type and attributes; returns the one that the state holds."""
        body = body_of(Object(obj, **attributes) if isinstance(obj, str) else obj)
        place = len(self._bodies)
        self._put(place, body)
        return self._handle(place)

    def remove(self, obj: Object) -> None:
        """Removes this object, or else one that equals it.

        Raises:
            KeyError: there is none.
        """
        body = body_of(obj)
        place: int | None = obj._Object__place
        if place is None or self._handles.get(place) is not obj:
            place = self._place_of(body)
        if place is None:
            raise KeyError(f"the state holds no {obj!r}")
        handle = self._handles.pop(place, None)
        if handle is not None:
            object.__setattr__(handle, "_Object__owner", None)
        self._put(place, None)

    def copy(self) -> "State":
        """A private copy; costs a list at most."""
        if len(self._dirty) > self._base.patience:
            self._settle()
        twin = State.__new__(State)
        twin._base = self._base
        twin._bodies = self._bodies.copy() if self._dirty else self._bodies
        twin._dirty = self._dirty.copy()
        twin._handles = {}
        twin._size = self._size
        twin._print = self._print
        twin._key = self._key
        return twin

    def key(self) -> tuple[int, ...]:
        """The sorted digests of the objects: equal for equal states, in every process."""
        if self._key is None:
            if not self._dirty:
                self._key = self._base.key()
            else:
                ordered = list(self._base.key())
                for body in self._lost():
                    del ordered[bisect_left(ordered, body_digest(body))]
                for body in self._gained():
                    insort(ordered, body_digest(body))
                self._key = tuple(ordered)
        return self._key

    def fingerprint(self) -> int:
        """The sum of the objects' digests, 128 bits: equal for equal states, found by looking at changes only.

        States that differ have different ones unless somebody made them to collide.
        """
        if self._print is None:
            total = self._base.total()
            if self._dirty:
                total -= sum([body_digest(body) for body in self._lost()])
                total += sum([body_digest(body) for body in self._gained()])
            self._print = total & _MASK
        return self._print

    def release(self) -> None:
        """Lets go of the objects that were handed out, which frees the state without the cycle collector."""
        self._handles = {}

    def __iter__(self) -> Iterator[Object]:
        return iter([self._handle(i) for i, body in enumerate(self._bodies) if body is not None])

    def __len__(self) -> int:
        return self._size

    def __contains__(self, obj: object) -> bool:
        return isinstance(obj, Object) and self._place_of(body_of(obj)) is not None

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, State):
            return False
        return self.fingerprint() == other.fingerprint() and self.key() == other.key()

    def __hash__(self) -> int:
        return self.fingerprint() & 0x7FFFFFFFFFFFFFF

    def __repr__(self) -> str:
        return "State([" + ", ".join(sorted(map(repr, objects_of(self)))) + "])"

    def __copy__(self) -> "State":
        return self.copy()

    def __deepcopy__(self, memo: object) -> "State":
        return self.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        return (State, (objects_of(self),))

    def _begin(self, bodies: list[Body]) -> None:
        self._base = Base(bodies)
        self._bodies = bodies  # type: ignore[assignment]  # shared until something changes
        self._dirty = set()
        self._handles = {}
        self._size = len(bodies)
        self._print = None
        self._key = None

    def _settle(self) -> None:
        """Takes the present content for the base; places close up."""
        handles = self._handles
        places = [i for i, body in enumerate(self._bodies) if body is not None]
        known_print, known_key = self._print, self._key
        self._begin([body for body in self._bodies if body is not None])
        self._print, self._key = known_print, known_key
        if handles:
            for new, old in enumerate(places):
                handle = handles.get(old)
                if handle is not None:
                    object.__setattr__(handle, "_Object__place", new)
                    self._handles[new] = handle

    def _handle(self, place: int) -> Object:
        obj = self._handles.get(place)
        if obj is None:
            obj = self._handles[place] = view(self._bodies[place], self, place)  # type: ignore[arg-type]
        return obj

    def _changed(self, dirty: Iterable[int], wanted: dict[str, Value]) -> list[int]:
        """The places among these whose bodies have the wanted values."""
        bodies = self._bodies
        for name, value in wanted.items():
            if name == "type":
                dirty = [i for i in dirty if (body := bodies[i]) is not None and body.type == value]
            else:
                dirty = [i for i in dirty if (body := bodies[i]) is not None and body.data.get(name, _NONE) == value]
            if not dirty:
                return dirty
        return dirty  # type: ignore[return-value]  # a list after the first round

    def _write(self, place: int, body: Body, name: str, value: Value) -> Body:
        """Puts another body at a place, with this attribute changed."""
        changed = Body(body.type, {**body.data, name: value})
        self._put(place, changed)
        return changed

    def _put(self, place: int, body: Body | None) -> None:
        if self._bodies is self._base.bodies:
            self._bodies = self._bodies.copy()
        if place == len(self._bodies):
            self._bodies.append(body)
            self._size += 1
        else:
            self._bodies[place] = body
            if body is None:
                self._size -= 1
        self._dirty.add(place)
        self._print = None
        self._key = None

    def _of(self, type: str) -> list[int]:
        if len(self._dirty) > self._base.patience:
            self._settle()
        found = self._base.types().get(type, [])
        dirty = self._dirty
        if not dirty:
            return found
        bodies = self._bodies
        hits = [i for i in dirty if (body := bodies[i]) is not None and body.type == type]
        places = [i for i in found if i not in dirty]
        return sorted(places + hits) if hits else places

    def _place_of(self, body: Body) -> int | None:
        wanted = body_digest(body)
        for i, own in enumerate(self._bodies):
            if own is not None and (own is body or body_digest(own) == wanted):
                return i
        return None

    def _lost(self) -> list[Body]:
        bodies = self._base.bodies
        return [bodies[i] for i in self._dirty if i < len(bodies)]

    def _gained(self) -> list[Body]:
        return [body for i in self._dirty if (body := self._bodies[i]) is not None]


def new_base(bodies: list[Body]) -> Base:
    """What states share that :func:`from_base` makes; the list is its own from now on."""
    base = Base(bodies)
    base.patience = 1 << 30  # many states share it, so none settles for a base of its own
    return base


def from_base(base: Base, extra: list[Body], missing: Collection[int]) -> State:
    """The state of a base's bodies, but for those at the ``missing`` places, and of the ``extra`` ones."""
    state = State.__new__(State)
    state._base = base
    if extra or missing:
        before = len(base.bodies)
        bodies: list[Body | None] = [*base.bodies, *extra]
        for place in missing:
            bodies[place] = None
        state._bodies = bodies
        state._dirty = {*range(before, len(bodies)), *missing}
    else:
        state._bodies = base.bodies  # type: ignore[assignment]  # shared until something changes
        state._dirty = set()
    state._handles = {}
    state._size = len(base.bodies) + len(extra) - len(missing)
    state._print = None
    state._key = None
    return state


def from_bodies(bodies: list[Body]) -> State:
    """A state with these bodies; the list is the state's from now on."""
    state = State.__new__(State)
    state._begin(bodies)
    return state


def bodies_of(state: State) -> list[Body]:
    """The bodies of a state, in its order."""
    return [body for body in state._bodies if body is not None]


def typed_bodies(state: State, type: str) -> list[Body]:
    """The bodies of one type, in the state's order."""
    places = state._of(type)  # may move them
    return [state._bodies[i] for i in places]  # type: ignore[misc]


def objects_of(state: State) -> list[Object]:
    """The objects, detached: changing them changes no state, and the state keeps no record of them."""
    return [view(body) for body in state._bodies if body is not None]


def replaced(base: Base, before: State, after: State) -> list[tuple[int, Body]] | None:
    """The places at which ``after`` has another body, and these, where both were made from a base.

    None if it is not as simple as that.
    """
    old, new, dirty = before._bodies, after._bodies, after._dirty
    if before._base is not base or after._base is not base or len(old) != len(new) or not before._dirty <= dirty:
        return None
    places = [i for i in dirty if old[i] is not new[i]]
    if any([old[i] is None or new[i] is None for i in places]):  # noqa: C419 - faster than lazily
        return None
    return [(i, new[i]) for i in places]  # type: ignore[misc]  # there is none that is None


def changes(before: State, after: State) -> tuple[list[Body], list[Body]]:
    """The bodies that ``after`` lacks, and those that it adds, as multisets."""
    old: Sequence[Body | None] = before._bodies
    new: Sequence[Body | None] = after._bodies
    if before._base is after._base:
        places = sorted(before._dirty | after._dirty)
        old = [old[i] if i < len(old) else None for i in places]
        new = [new[i] if i < len(new) else None for i in places]
    lost = []
    gained = []
    for a, b in zip_longest(old, new):
        if a is b:
            continue
        if a is not None:
            lost.append(a)
        if b is not None:
            gained.append(b)
    return _apart(lost, gained) if lost and gained else (lost, gained)


def _apart(lost: list[Body], gained: list[Body]) -> tuple[list[Body], list[Body]]:
    """Both without what they have in common."""
    if len(lost) == 1 == len(gained):
        return ([], []) if body_digest(lost[0]) == body_digest(gained[0]) else (lost, gained)
    kept: dict[int, list[Body]] = {}
    for body in lost:
        kept.setdefault(body_digest(body), []).append(body)
    added = []
    for body in gained:
        same = kept.get(body_digest(body))
        if same:
            same.pop()
        else:
            added.append(body)
    return [body for bodies in kept.values() for body in bodies], added


def difference(before: State, after: State) -> tuple[list[Object], list[Object]]:
    """The objects that ``after`` lacks, and those that it adds, as multisets."""
    removed, added = changes(before, after)
    return [view(body) for body in removed], [view(body) for body in added]


def to_json(state: State) -> list[dict[str, Any]]:
    """The state as JSON data: a list of objects with ``type`` and attributes, in a fixed order."""
    ordered = sorted(bodies_of(state), key=body_digest)
    return [{"type": body.type, **{name: thaw(body.data[name]) for name in sorted(body.data)}} for body in ordered]
