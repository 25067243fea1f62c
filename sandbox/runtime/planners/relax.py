"""How far a thing is from where the goal wants it, if it were alone: distances, and places of no return.

The relaxed world holds the things that stand still, the others that move, and one of the things in question without
its like. All its states are enumerated through the model itself, and distances are counted backwards from the wanted
ones, in changes of the thing; what else has to happen in between is free. They bound the true distance from below
only if its like never help, which nobody knows: so they order a search and prove nothing.
"""

from collections import deque
from collections.abc import Callable

from .expand import Expander
from .goals import Wish
from .space import Marks

FAR = 1 << 20  # where there is no way
_MOST = 20_000  # states of a relaxed world


class Distances:
    """For the things of a wish: how many changes lie between each of their forms and each wanted combination."""

    def __init__(self, expander: Expander, start: Marks, wish: Wish, nodes: int = _MOST) -> None:
        self._wish = wish
        self._space = expander.space
        self.tables: list[dict[int, int]] = []
        things = [mark for mark in start if mark >= 0 and self._space.body(mark).type == wish.kind]
        others = [mark for mark in start if mark not in things]
        alone = [tuple(sorted([*others, thing])) for thing in set(things)]
        back = _explore(expander, alone, self._thing, min(nodes, _MOST))
        self.known = back is not None
        if back is not None:
            self.tables = [self._table(back, place) for place in wish.wanted]

    def row(self, mark: int) -> list[int]:
        """The distances of a thing from each wanted combination."""
        return [table.get(mark, FAR) for table in self.tables]

    def _thing(self, marks: Marks) -> Marks:
        return tuple([mark for mark in marks if mark >= 0 and self._space.body(mark).type == self._wish.kind])

    def _table(self, back: "dict[Marks, list[tuple[Marks, int]]]", place: tuple[object, ...]) -> dict[int, int]:
        names, space = self._wish.names, self._space
        table: dict[int, int] = {}
        far: dict[Marks, int] = {}
        queue: deque[tuple[Marks, int]] = deque()
        for marks in back:
            thing = self._thing(marks)
            if len(thing) == 1 and tuple([space.body(thing[0]).data.get(name) for name in names]) == place:
                queue.append((marks, 0))
        while queue:
            marks, distance = queue.popleft()
            if marks in far:
                continue
            far[marks] = distance
            thing = self._thing(marks)
            if len(thing) == 1:
                table.setdefault(thing[0], distance)
            for before, cost in back[marks]:
                if before not in far:
                    if cost:
                        queue.append((before, distance + 1))
                    else:
                        queue.appendleft((before, distance))
        return table


def _explore(
    expander: Expander, starts: list[Marks], thing: Callable[[Marks], Marks], most: int
) -> dict[Marks, list[tuple[Marks, int]]] | None:
    """For each state that can be reached, those that lead there, and whether that changes the thing.

    None when there are too many.
    """
    back: dict[Marks, list[tuple[Marks, int]]] = {marks: [] for marks in starts}
    queue = deque(starts)
    while queue:
        marks = queue.popleft()
        held = thing(marks)
        for out, add, _ in expander.changes(marks):
            after = expander.space.apply(marks, out, add)
            if after == marks:
                continue
            if after not in back:
                if len(back) >= most:
                    return None
                back[after] = []
                queue.append(after)
            back[after].append((marks, int(thing(after) != held)))
    return back


def assign(rows: list[list[int]]) -> int:
    """The least sum of distances when each row takes a column of its own; FAR when there is no such way."""
    best = {0: 0}
    for row in rows:
        after: dict[int, int] = {}
        for used, total in best.items():
            for column, distance in enumerate(row):
                bit = 1 << column
                if not used & bit and distance < FAR:
                    key = used | bit
                    known = after.get(key)
                    if known is None or total + distance < known:
                        after[key] = total + distance
        best = after
    return min(best.values(), default=FAR)
