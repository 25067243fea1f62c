"""States as short tuples of numbers, for searches that hold millions of them.

A space is made for one start. Its *ground* is what of the start is expected to stand still; it is shared and costs a
state nothing. A state is the sorted tuple of its *marks*: the number of each body beside the ground, and ``-1 - i``
when the ground's body ``i`` is missing. Equal states have equal tuples, and no others have.

A :class:`Query` is what a program may ask of a state: which objects have these values. The marks that bear on it
decide its answer, so two states with the same such marks answer it alike.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from ..objects import Body, body_digest
from ..state import State, bodies_of, changes, from_base, new_base, replaced
from ..values import Value

Marks = tuple[int, ...]
Names = tuple[str, ...]
Asked = tuple[tuple[str, Value], ...]  # attributes, or `type`, and the values that they are to have


class Query:
    """Which objects have these values. ``hits`` are the marks that bear on the answer; it grows with the space.

    ``side`` is 0 when the state is asked, 1 when the one that follows is, 2 when the action is. ``before`` and
    ``after`` are the same question on sides 0 and 1. ``bears`` tells whether a mark is among the hits; ``ground`` are
    the places of the ground's objects that have these values.
    """

    __slots__ = ("after", "bears", "before", "ground", "hits", "side")
    before: "Query"
    after: "Query"

    def __init__(self, hits: "set[int] | Everything", ground: Sequence[int] = (), side: int = 0) -> None:
        self.hits = hits
        self.ground = list(ground)
        self.bears = hits.__contains__
        self.side = side
        if side == 0:
            self.before = self
            self.after = Query(hits, ground, 1)
            self.after.before = self

    def answer(self, marks: Marks) -> Marks:
        """The marks that decide the answer."""
        return tuple(filter(self.bears, marks))


class Everything:
    """The marks of a question after the whole state."""

    def isdisjoint(self, marks: Marks) -> bool:
        """Never: every mark bears on it."""
        return False

    def __contains__(self, mark: int) -> bool:
        return True


def _projection(body: Body, names: Names) -> tuple[Value, ...] | None:
    data = body.data
    try:
        return tuple([body.type if name == "type" else data[name] for name in names])
    except KeyError:
        return None


class Space:
    """The bodies of a search by number, and the questions asked of its states."""

    def __init__(self, start: State, moving: frozenset[str]) -> None:
        bodies = bodies_of(start)
        self.ground = [body for body in bodies if body.type not in moving]
        self.bodies: list[Body] = []
        self._base = new_base(self.ground)
        self._numbers: dict[int, int] = {}
        self._twins: dict[int, list[int]] = {}
        for place, body in enumerate(self.ground):
            self._twins.setdefault(body_digest(body), []).append(place)
        self._twinned: dict[int, list[int]] = {}  # numbers of bodies that the ground has too: the marks of their places
        self._alike: list[list[int]] = []  # marks of equal bodies of the ground, where one is missing
        self._twin_marks: set[int] = set()  # all of these
        self._marks: dict[int, Body] = {}
        self._index: dict[Names, dict[tuple[Value, ...], list[int]]] = {}
        self._queries: dict[Asked, Query] = {}
        self.variants: dict[tuple[Body, str, Value, type], Body] = {}  # bodies with an attribute changed
        self._replaced: dict[tuple[int, Body], tuple[Marks, Marks]] = {}  # what one body in place of another changes
        self.whole = Query(Everything())
        self.start: Marks = tuple(sorted([self.number(body) for body in bodies if body.type in moving]))

    def number(self, body: Body) -> int:
        """The number of a body; equal ones have the same."""
        digest = body_digest(body)
        number = self._numbers.get(digest)
        if number is None:
            number = self._numbers[digest] = len(self.bodies)
            self.bodies.append(body)
            twins = self._twins.get(digest)
            if twins is not None:
                self._twinned[number] = [-1 - place for place in twins]
                self._twin_marks.update(self._twinned[number], (number,))
            self._note(number, body)
        return number

    def body(self, mark: int) -> Body:
        """The body that a mark stands for, present or missing."""
        return self.bodies[mark] if mark >= 0 else self.ground[-1 - mark]

    def state(self, marks: Marks) -> State:
        """The state of these marks, for a program to keep."""
        if not marks or marks[0] >= 0:
            return from_base(self._base, [self.bodies[mark] for mark in marks], ())
        return from_base(
            self._base,
            [self.bodies[mark] for mark in marks if mark >= 0],
            [-1 - mark for mark in marks if mark < 0],
        )

    def marks(self, state: State) -> Marks:
        """The marks of a state, however it was made."""
        lost, gained = changes(from_base(self._base, [], ()), state)
        return self.apply((), *self.step((), lost, gained))

    def difference(self, marks: Marks, before: State, after: State) -> tuple[Marks, Marks]:
        """The change from ``before``, which was made from these marks, to ``after``."""
        simple = replaced(self._base, before, after)
        if simple is not None and not simple:
            return (), ()
        if simple is not None and len(simple) == 1:
            place, body = simple[0][0] - len(self.ground), simple[0][1]
            if place >= 0:
                mark = marks[bisect_left(marks, 0) + place]
                known = self._replaced.get((mark, body))
                if known is not None:
                    return known
                if body_digest(body) not in self._twins:
                    number = self.number(body)
                    change: tuple[Marks, Marks] = ((), ()) if mark == number else ((mark,), (number,))
                    if self.bodies[number] is body:  # others do not come again
                        self._replaced[mark, body] = change
                    return change
        lost, gained = changes(before, after)
        return self.step(marks, lost, gained)

    def step(self, marks: Marks, lost: Iterable[Body], gained: Iterable[Body]) -> tuple[Marks, Marks]:
        """What a change takes from the marks of a state, and what it adds."""
        have = list(marks)
        out: list[int] = []
        add: list[int] = []
        for body in lost:
            number = self._numbers.get(body_digest(body))
            if number in have:
                have.remove(number)
                out.append(number)
            else:
                missing = [-1 - place for place in self._twins[body_digest(body)]]
                mark = next(mark for mark in missing if mark not in have and mark not in add)
                self._miss(mark)
                add.append(mark)
        for body in gained:
            places = self._twins.get(body_digest(body))
            back = next((-1 - place for place in places if -1 - place in have), None) if places else None
            if back is not None:
                have.remove(back)
                out.append(back)
            else:
                add.append(self.number(body))
        return tuple(out), tuple(add)

    def apply(self, marks: Marks, out: Marks, add: Marks) -> Marks:
        """The marks after a change that :meth:`step` described."""
        new = list(marks)
        if not self._twin_marks or self._twin_marks.isdisjoint(out + add):
            for mark in out:
                new.remove(mark)
            new += add
        else:
            for mark in out:
                if mark in new:
                    new.remove(mark)
                else:  # of equal bodies one may stand on the ground here, and beside it there
                    new.append(self._other(mark, new))
            new += add
            self._level(new)
        new.sort()
        return tuple(new)

    def query(self, asked: Asked) -> Query:
        """The question which objects have these values.

        Raises:
            TypeError: a value cannot be hashed.
        """
        query = self._queries.get(asked)
        if query is None:
            names, values = tuple([name for name, _ in asked]), tuple([value for _, value in asked])
            index = self._index.get(names)
            if index is None:
                index = self._index[names] = {}
                everything = [*enumerate(self.bodies), *self._marks.items()]
                for mark, body in everything:
                    found = _projection(body, names)
                    if found is not None:
                        index.setdefault(found, []).append(mark)
            ground = self._base.table(names).get(values, ())
            query = self._queries[asked] = Query(set(index.get(values, ())), ground)
        return query

    def places(self, marks: Marks, answer: Marks, ground: list[int]) -> list[int]:
        """Where in the state of these marks an answer's bodies are, and those of these places of the ground."""
        first = len(self.ground) - bisect_left(marks, 0)
        if answer[0] < 0:
            ground = [place for place in ground if -1 - place not in answer]
        return ground + [first + i for i, mark in enumerate(marks) if mark >= 0 and mark in answer]

    def _other(self, mark: int, new: list[int]) -> int:
        """What leaves the state when the body of a mark that is not there does."""
        if mark < 0:
            return self.number(self.ground[-1 - mark])
        places = self._twins[body_digest(self.bodies[mark])]
        missing = next(-1 - place for place in places if -1 - place not in new)
        self._miss(missing)
        return missing

    def _level(self, new: list[int]) -> None:
        """A body beside the ground goes back to its empty place there; of equal ones the first are missing."""
        for mark in [mark for mark in new if mark in self._twinned]:
            for back in self._twinned[mark]:
                if back in new:
                    new.remove(back)
                    new.remove(mark)
                    break
        for alike in self._alike:
            missing = [mark for mark in alike if mark in new]
            for mark, first in zip(missing, alike, strict=False):
                new[new.index(mark)] = first

    def _miss(self, mark: int) -> None:
        if mark not in self._marks:
            self._marks[mark] = self.ground[-1 - mark]
            self._note(mark, self.ground[-1 - mark])
            places = self._twins[body_digest(self.ground[-1 - mark])]
            alike = [-1 - place for place in places]
            if len(alike) > 1 and alike not in self._alike:
                self._alike.append(alike)
                self._twin_marks.update(alike)

    def _note(self, mark: int, body: Body) -> None:
        for names, index in self._index.items():
            found = _projection(body, names)
            if found is None:
                continue
            index.setdefault(found, []).append(mark)
            query = self._queries.get(tuple(zip(names, found, strict=True)))
            if query is not None:
                query.hits.add(mark)  # type: ignore[union-attr]  # only the question after everything has no set
