"""What a goal wants, found out by asking the reward function about states that nobody has reached.

The function is opaque. But it can be asked what a step into any state would pay, and if success follows once a thing
is where another one is, or has a value that such things were seen to take, then that is what to work towards.
"""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from ..model import UnknownGoal
from ..objects import Body
from ..values import Value
from .space import Marks
from .tree import Tree

_THINGS = 4  # of a type that are tried one by one
_VALUES = 6  # of an attribute that are tried
_TESTS = 400  # states that are asked about


class Wish(NamedTuple):
    """Success follows once things of a type have one of these combinations of values.

    ``every``: all of them have one, each its own; else one thing suffices.
    """

    kind: str
    names: tuple[str, ...]
    wanted: tuple[tuple[Value, ...], ...]
    every: bool

    def met(self, body: Body) -> bool:
        """Whether a body has one of the combinations."""
        return tuple([body.data.get(name) for name in self.names]) in self.wanted


def wishes(tree: Tree) -> list[Wish]:
    """What would bring success, as far as the search has seen what can change."""
    found: list[Wish] = []
    for wish, marks in islice(_guesses(tree), _TESTS):
        if any(known.kind == wish.kind and known.names == wish.names and known.every for known in found):
            continue
        if _pays(tree, marks):
            found.append(wish)
    return found


def _pays(tree: Tree, marks: Marks) -> bool:
    """Whether some action that led to this state would succeed."""
    for action in range(len(tree.expander.actions)):
        with suppress(UnknownGoal):  # the state is made up
            if tree.problem.success.holds(*tree.expander.pays(tree.start, marks, action)):
                return True
    return False


def _guesses(tree: Tree) -> Iterator[tuple[Wish, Marks]]:
    space = tree.space
    present: dict[str, list[Body]] = {}
    for body in (*space.ground, *(space.body(mark) for mark in tree.start)):
        present.setdefault(body.type, []).append(body)
    for kind in sorted(tree.expander.touched):
        names = tree.expander.touched[kind]
        things = [mark for mark in tree.start if mark >= 0 and space.body(mark).type == kind]
        for other in sorted(present):
            common = tuple(sorted(name for name in names if all(name in body.data for body in present[other])))
            if common and other != kind:
                yield from _meetings(tree, kind, things, common, present[other])
        for name in sorted(names):
            values = {body.data[name]: None for body in space.bodies if body.type == kind and name in body.data}
            for value in islice(values, _VALUES):
                for mark in things[:_THINGS]:
                    yield Wish(kind, (name,), ((value,),), False), _moved(tree, {mark: {name: value}})


def _meetings(
    tree: Tree, kind: str, things: list[int], names: tuple[str, ...], others: list[Body]
) -> Iterator[tuple[Wish, Marks]]:
    places = [tuple([body.data[name] for name in names]) for body in others]
    wanted = tuple(dict.fromkeys(places))
    if 1 < len(things) <= len(wanted):
        moves = {mark: dict(zip(names, place, strict=True)) for mark, place in zip(things, wanted, strict=False)}
        yield Wish(kind, names, wanted, True), _moved(tree, moves)
    for mark in things[:_THINGS]:
        for place in wanted[:_THINGS]:
            move = {mark: dict(zip(names, place, strict=True))}
            yield Wish(kind, names, wanted, len(things) == 1 == len(wanted)), _moved(tree, move)


def _moved(tree: Tree, moves: dict[int, dict[str, Value]]) -> Marks:
    """The start, with these things changed."""
    marks = [mark for mark in tree.start if mark not in moves]
    for mark, values in moves.items():
        body = tree.space.body(mark)
        marks.append(tree.space.number(Body(body.type, {**body.data, **values})))
    return tuple(sorted(marks))
