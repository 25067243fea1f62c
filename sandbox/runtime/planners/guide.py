"""What tells a promising state from another: the wish behind the goal, and how far it is.

A guide looks at a part of the state only, its *view*: the things that the wish is about. States of one view are as
good as each other, so a search can take them together.
"""

from .goals import Wish, wishes
from .relax import FAR, Distances, assign
from .space import Marks
from .tree import Tree


class Guide:
    """Without a wish every state is its own view and all are alike."""

    def __init__(self, tree: Tree) -> None:
        self._space = tree.space

    def view(self, marks: Marks) -> Marks:
        """The part of a state that is looked at."""
        return marks

    def far(self, view: Marks) -> int:
        """How far it is to success; FAR when it looks as if there were no way."""
        return 0


class WishGuide(Guide):
    """Distances of things from where they are wished, each alone; places that they cannot leave for there are FAR."""

    def __init__(self, tree: Tree, wish: Wish, distances: Distances | None) -> None:
        super().__init__(tree)
        self._wish = wish
        self._distances = distances
        self._rows: dict[int, list[int]] = {}
        self._far: dict[Marks, int] = {}
        self._things: list[bool] = []

    @property
    def measured(self) -> bool:
        """Whether distances are known; else things in place are counted."""
        return self._distances is not None

    def view(self, marks: Marks) -> Marks:
        """The marks of the things."""
        things, bodies = self._things, self._space.bodies
        for mark in range(len(things), len(bodies)):
            things.append(bodies[mark].type == self._wish.kind)
        return tuple([mark for mark in marks if mark >= 0 and things[mark]])

    def far(self, view: Marks) -> int:
        """See :meth:`Guide.far`."""
        known = self._far.get(view)
        if known is None:
            rows = [self._row(mark) for mark in view]
            known = assign(rows) if self._wish.every else min([min(row) for row in rows], default=FAR)
            self._far[view] = known
        return known

    def _row(self, mark: int) -> list[int]:
        row = self._rows.get(mark)
        if row is None:
            if self._distances is not None:
                row = self._distances.row(mark)
            else:
                body = self._space.body(mark)
                here = tuple([body.data.get(name) for name in self._wish.names])
                row = [int(here != place) for place in self._wish.wanted]
            self._rows[mark] = row
        return row


def guide(tree: Tree) -> Guide:
    """The best guide that the reward function and the model's own effects tell of.

    Raises:
        SpentError: the search is to end.
    """
    found = wishes(tree)
    found.sort(key=lambda wish: not wish.every)
    counted = None
    for wish in found:
        distances = Distances(tree.expander, tree.start, wish, tree.nodes)
        if distances.known:
            return WishGuide(tree, wish, distances)
        counted = counted or wish
    return Guide(tree) if counted is None else WishGuide(tree, counted, None)
