"""What a model is, once its file was loaded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .actions import Action
from .state import State


class UnknownGoal(Exception):  # noqa: N818 - a model raises it by this name; it is an answer, not a fault
    """A reward function has no rule for the goal that it was asked about."""


@dataclass(frozen=True)
class Model:
    """The functions of a model file (docs/models.md); the last two are optional."""

    transition: Callable[[State, Action], State]
    reward: Callable[[State, Action, State, str], tuple[float, bool]]
    actions: Callable[[State], Iterable[Action]] | None = None
    uncertain: Callable[[State, Action], str | None] | None = None
