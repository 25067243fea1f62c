"""What the agent needs of an environment."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from sandbox.data.records import Transition, World
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

    def row(self, state: State, action: Action, goal: str, episode: int, step: int) -> Transition:
        """The step as data: ``action`` in ``state``, the ``step``-th, from 0, of an episode under this goal."""
        return Transition(
            state=state,
            action=action,
            reward=self.reward,
            next_state=self.state,
            goal=goal,
            done=self.done,
            truncated=self.truncated and not self.done,
            episode=str(episode),
            step=step,
        )


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


@runtime_checkable
class Offering(Protocol):
    """An environment that tells which actions apply. An agent that learns it tries no others."""

    def available(self) -> tuple[Action, ...]:
        """The actions that apply now, in an order that the state decides."""
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
