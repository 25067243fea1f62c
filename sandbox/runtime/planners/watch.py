"""States and actions that take note of what a program asks them, and what was noted, to be asked again.

A model is a pure function: what it answers depends on nothing but the answers that it got. A :class:`Memory` keeps,
for each sequence of questions and answers, what came of it; a state that answers them alike needs no second run.
"""

from collections.abc import Iterator
from typing import Any

from ..actions import Action
from ..objects import Body, Object, view
from ..state import State
from ..values import Value, freeze
from .space import Asked, Everything, Marks, Query, Space

Path = dict[Query, Marks]
ACTION = Query(Everything(), side=2)
_PLAIN = frozenset({int, str, bool, type(None)})
_MOST_VARIANTS = 50_000


class Watch:
    """What was asked of one state, and answered, in order. ``path`` may be shared with other watches."""

    __slots__ = ("_after", "_marks", "_space", "copies", "path", "places", "variants")

    def __init__(self, space: Space, marks: Marks, path: Path, *, after: bool = False) -> None:
        self._space = space
        self._marks = marks
        self._after = after
        self.path = path
        self.variants = space.variants
        self.copies: list[State] = []  # those that the program made
        self.places: dict[Any, list[int]] = {}  # where in a state that was not changed the answers are

    def asked(self, asked: Asked) -> None:
        """Somebody asked which objects have these values."""
        query = self._space.query(asked)
        if self._after:
            query = query.after
        if query not in self.path:
            self.path[query] = query.answer(self._marks)

    def find(self, asked: Asked) -> list[int]:
        """Where in a state that was not changed the objects with these values are."""
        query = self._space.query(asked)
        if self._after:
            query = query.after
        answer = self.path.get(query)
        if answer is None:
            answer = self.path[query] = tuple(filter(query.bears, self._marks))
        return self._space.places(self._marks, answer, query.ground) if answer else query.ground

    def release(self) -> None:
        """The program is done: see :meth:`State.release`."""
        for copy in self.copies:
            copy._handles = {}
        self.copies.clear()

    def looked(self) -> None:
        """Somebody looked at the whole state."""
        query = self._space.whole
        self.path[query.after if self._after else query] = self._marks


class Watched(State):
    """A state that tells its watch what it is asked. Its changes are its own and nobody's business."""

    __slots__ = ()

    def where(self, **attributes: Any) -> list[Object]:
        """See :meth:`State.where`."""
        if not attributes:
            return list(self)
        try:
            self._watch.asked(tuple(attributes.items()))
        except TypeError:
            return self.where(**{name: freeze(value, name) for name, value in attributes.items()})
        return State.where(self, **attributes)

    def copy(self) -> State:
        """See :meth:`State.copy`."""
        twin = State.copy(self)
        twin._watch = self._watch
        twin.__class__ = Watched
        return twin

    def key(self) -> tuple[int, ...]:
        """See :meth:`State.key`."""
        self._watch.looked()
        return State.key(self)

    def fingerprint(self) -> int:
        """See :meth:`State.fingerprint`."""
        self._watch.looked()
        return State.fingerprint(self)

    def __iter__(self) -> Iterator[Object]:
        self._watch.looked()
        return State.__iter__(self)

    def __len__(self) -> int:
        self._watch.looked()
        return State.__len__(self)

    def __repr__(self) -> str:
        self._watch.looked()
        return State.__repr__(self)

    def __reduce__(self) -> tuple[Any, ...]:
        self._watch.looked()
        return State.__reduce__(self)

    def _of(self, type: str) -> list[int]:
        self._watch.asked((("type", type),))
        return State._of(self, type)

    def _write(self, place: int, body: Body, name: str, value: Value) -> Body:
        variants = self._watch.variants
        key = (body, name, value, value.__class__)
        changed: Body | None = variants.get(key)
        if changed is None:
            changed = Body(body.type, {**body.data, name: value})
            if value.__class__ in _PLAIN and len(variants) < _MOST_VARIANTS:
                variants[key] = changed
        self._put(place, changed)
        return changed

    def _place_of(self, body: Body) -> int | None:
        self._watch.looked()
        return State._place_of(self, body)


class Untouched(Watched):
    """A watched state before its first change: what was asked of one like it need not be found again."""

    __slots__ = ()

    def where(self, **attributes: Any) -> list[Object]:
        """See :meth:`State.where`."""
        asked = tuple(attributes.items())
        try:
            places = self._watch.places.get(asked)
        except TypeError:
            return Watched.where(self, **attributes)
        if places is None:
            if not attributes:
                return list(self)
            places = self._watch.find(asked)
            self._watch.places[asked] = places
        return self._at(places) if places else []

    def of(self, type: str) -> list[Object]:
        """See :meth:`State.of`."""
        places = self._watch.places.get(type) or self._of(type)
        if len(places) == 1:  # as of whom a program mostly asks for
            place, known = places[0], self._handles
            obj = known.get(place)
            if obj is None:
                obj = known[place] = view(self._bodies[place], self, place)  # type: ignore[arg-type]
            return [obj]
        return self._at(places)

    def copy(self) -> State:
        """See :meth:`State.copy`. Until its first change the copy has all but its objects in common with this one."""
        twin = State.__new__(Untouched)
        twin._base = self._base
        twin._bodies = self._bodies
        twin._dirty = self._dirty
        twin._handles = {}
        twin._size = self._size
        twin._print = self._print
        twin._key = self._key
        watch = self._watch
        twin._watch = watch
        watch.copies.append(twin)
        return twin

    def is_like(self, other: State) -> bool:
        """Whether it is a copy of what the other was before its first change."""
        return isinstance(other, Watched) and self._watch is other._watch

    def _at(self, places: list[int]) -> list[Object]:
        known, found = self._handles, []
        for place in places:
            obj = known.get(place)
            if obj is None:
                obj = known[place] = view(self._bodies[place], self, place)  # type: ignore[arg-type]
            found.append(obj)
        return found

    def _of(self, type: str) -> list[int]:
        places: list[int] | None = self._watch.places.get(type)
        if places is None:
            places = self._watch.places[type] = self._watch.find((("type", type),))
        return places

    def _put(self, place: int, body: Body | None) -> None:
        self._bodies = self._bodies.copy()
        self._dirty = self._dirty.copy()
        self.__class__ = Watched  # type: ignore[assignment]
        State._put(self, place, body)


def watched(state: State, watch: Watch) -> State:
    """The same state, which nobody changed yet, from now on watched."""
    state._watch = watch
    state.__class__ = Untouched
    return state


class WatchedAction(Action):
    """An action that takes note of being looked at."""

    __slots__ = ("_inner", "_number", "_path")
    _inner: Action
    _number: int
    _path: Path

    def __init__(self, inner: Action, number: int, path: Path) -> None:
        object.__setattr__(self, "_inner", inner)
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_path", path)

    @property
    def name(self) -> str:  # type: ignore[override]
        """See :class:`Action`."""
        self._path[ACTION] = (self._number,)
        return self._inner.name

    @property
    def args(self) -> tuple[Value, ...]:  # type: ignore[override]
        """See :class:`Action`."""
        self._path[ACTION] = (self._number,)
        return self._inner.args


class Memory:
    """What came of each sequence of questions and answers. It gives up when too little is ever asked twice."""

    def __init__(self, most: int = 40_000, trial: int = 3000, share: float = 0.15) -> None:
        self.useful = True
        # What follows an answer: a fork, which is (query, what follows its answers), or what came of it.
        self._first: dict[Marks, Any] = {}  # the one that has no question before it
        self._size = 0
        self._most = most
        self._trial, self._share = trial, share
        self._tried = self._known = 0

    def recall(self, *sides: Marks) -> Any:
        """What came of a run that was answered as these sides answer; None when there was none."""
        self._tried += 1
        node = self._first.get(())
        while node.__class__ is tuple:
            query, branches = node
            node = branches.get(tuple(filter(query.bears, sides[query.side])))
        if node is not None:
            self._known += 1
        elif self._tried > self._trial:
            self.useful = self._known > self._share * self._tried
            self._tried = self._known = 0
            if not self.useful:
                self._first = {}
        return node

    def keep(self, path: Path, came: Any) -> None:
        """Remembers what came of a path."""
        if not self.useful or self._size >= self._most:
            return
        self._size += 1
        branches: dict[Marks, Any] = self._first
        answer: Marks = ()
        for query, next_answer in path.items():
            node = branches.get(answer)
            if node is None:
                node = branches[answer] = (query, {})
            elif node.__class__ is not tuple or node[0] is not query:
                self.useful = False  # the same answers led to another question: this is no pure function
                self._first = {}
                return
            branches, answer = node[1], next_answer
        branches[answer] = came
