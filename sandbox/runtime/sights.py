"""Sights: what an agent has to do with, told by kinds. Two states of one sight are alike as far as kinds go.

A sight tells, for each object of certain types (such as the agent, of which there is one), what the words among its
values stand for: the kind of the thing in its hand and of the place where it is. A closer one also tells in what state
things are that have such a word too: that a door there is open. Where an environment tells which actions apply,
something new may be offered wherever a sight is new.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .actions import Action
from .objects import Body

Sight = tuple[str, ...]


class Sights(NamedTuple):
    """What was met.

    ``kinds`` are the types that see, ``classes`` what a word stands for, ``named`` the names of what the goal names.
    ``offered`` is what the environment offers in the present state, what is rather to be tried first. ``states`` are
    the attributes that are true or not and change, ``closely`` the closer sights that were met.
    """

    kinds: frozenset[str]
    classes: Mapping[str, str]
    named: frozenset[str]
    met: frozenset[Sight]
    offered: tuple[Action, ...] = ()
    states: frozenset[str] = frozenset()
    closely: frozenset[Sight] = frozenset()


def sight(
    bodies: Sequence[Body], kinds: frozenset[str], classes: Mapping[str, str], states: frozenset[str] = frozenset()
) -> Sight:
    """The sight of a state: ``""`` stands for no word, and for one that stands for nothing; closer with ``states``."""
    true = _true(bodies, states) if states else {}
    return tuple(
        [
            " ".join([classes.get(value, ""), *_of_others(body, true.get(value, ()))]) if isinstance(value, str) else ""
            for body in bodies
            if body.type in kinds
            for _, value in sorted(body.data.items())
            if value is None or isinstance(value, str)
        ]
    )


def _true(bodies: Sequence[Body], states: frozenset[str]) -> Mapping[str, list[tuple[Body, str]]]:
    """What is true of things that have a word among their values, by the word."""
    found: dict[str, list[tuple[Body, str]]] = {}
    for body in bodies:
        true = [(body, name) for name in states if body.data.get(name) is True]
        for value in body.data.values() if true else ():
            if isinstance(value, str):
                found.setdefault(value, []).extend(true)
    return found


def _of_others(body: Body, true: Sequence[tuple[Body, str]]) -> list[str]:
    return sorted({name for other, name in true if other is not body})
