"""What the agent needs of an environment."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sandbox.data.records import World
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class StepResult:
    """What one step led to. ``done`` means terminated; a step that is ``truncated`` is not done."""

    state: State
    reward: float
    done: bool
    truncated: bool


class Environment(Protocol):
    """What an agent plays: states, actions and goals. Fully observable and deterministic."""

    @property
    def name(self) -> str:
        """The environment, as the user named it."""
        ...

    @property
    def world(self) -> World:
        """The world that its transitions belong to."""
        ...

    def reset(self, seed: int) -> tuple[State, str]:
        """Begins an episode and returns its first state and its goal; the same seed gives the same episode."""
        ...

    def step(self, action: Action) -> StepResult:
        """Acts.

        Raises:
            ValueError: the environment has no such action.
        """
        ...


class Adapter(Environment, Protocol):
    """An environment that can be watched."""

    def picture(self) -> str:
        """The present situation for a terminal: lines with ANSI colours, all of the same width."""
        ...

    def frame(self) -> "Image":
        """The present situation as a picture of constant size, for a GIF."""
        ...

    def close(self) -> None:
        """Lets go of what the environment holds."""
        ...
