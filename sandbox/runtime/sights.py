"""Sights: what an agent has to do with, told by kinds. Two states of one sight are alike as far as kinds go.

A sight tells, for each object of certain types (such as the agent, of which there is one), what the words among its
values stand for: the kind of the thing in its hand and of the place where it is. Where an environment tells which
actions apply, something new may be offered wherever a sight is new.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .actions import Action
from .objects import Body

Sight = tuple[str, ...]


class Sights(NamedTuple):
    """What was met.

    ``kinds`` are the types that see, ``classes`` what a word stands for, ``named`` the names of what the goal names.
    ``offered`` is what the environment offers in the present state, what is rather to be tried first.
    """

    kinds: frozenset[str]
    classes: Mapping[str, str]
    named: frozenset[str]
    met: frozenset[Sight]
    offered: tuple[Action, ...] = ()


def sight(bodies: Iterable[Body], kinds: frozenset[str], classes: Mapping[str, str]) -> Sight:
    """The sight of a state: ``""`` stands for no word, and for one that stands for nothing."""
    return tuple(
        [
            classes.get(value, "") if isinstance(value, str) else ""
            for body in bodies
            if body.type in kinds
            for _, value in sorted(body.data.items())
            if value is None or isinstance(value, str)
        ]
    )
