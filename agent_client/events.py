"""Every decision and happening of a play, as told to its observer."""

from collections.abc import Callable
from dataclasses import dataclass

from agent_client import types
from agent_client.explore import Decision, Move
from agent_client.planning import Plan, PlannedStep
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State


@dataclass(frozen=True)
class WentOn:
    """The play goes on with a world that the server holds: so many transitions, and the model to begin with.

    ``refused`` is why the newest model there is not used.
    """

    world: str
    transitions: int
    model: types.Model | None
    refused: str = ""


@dataclass(frozen=True)
class EpisodeStarted:
    """The environment was reset. ``number`` counts from 1."""

    number: int
    seed: int
    goal: str
    state: State


@dataclass(frozen=True)
class Planned:
    """A plan to success was searched for."""

    plan: Plan


@dataclass(frozen=True)
class Decided:
    """What the agent does next, and why; it is told before it is done."""

    decision: Decision


@dataclass(frozen=True)
class Surprise:
    """A step that the model in use mispredicted: what it said, and what happened."""

    predicted: PlannedStep
    next_state: State
    reward: float
    done: bool


@dataclass(frozen=True)
class Stepped:
    """One step of the environment; ``number`` counts over the whole play, from 1."""

    number: int
    action: Action
    reward: float
    done: bool
    truncated: bool
    state: State
    move: Move  # why it was taken
    surprise: Surprise | None


@dataclass(frozen=True)
class Submitted:
    """Observations reached the server: this many were new to it."""

    transitions: int
    starts: int


@dataclass(frozen=True)
class SynthesisBegan:
    """A model is asked for, and why; ``number`` counts from 1."""

    number: int
    why: str
    transitions: int


@dataclass(frozen=True)
class SynthesisProgress:
    """What the server tells meanwhile."""

    event: types.SynthesisEvent


@dataclass(frozen=True)
class ModelReceived:
    """A model arrived, its certificate is genuine, and it is in use from now on."""

    model: types.Model
    totals: types.Totals


@dataclass(frozen=True)
class ModelMissing:
    """A synthesis ended without a usable model; the former one, if any, stays in use."""

    reason: str
    totals: types.Totals


@dataclass(frozen=True)
class EpisodeEnded:
    """An episode is over; ``why`` is solved, ended, truncated, abandoned or out of steps."""

    number: int
    solved: bool
    steps: int
    reward: float
    why: str


Event = (
    WentOn
    | EpisodeStarted
    | Planned
    | Decided
    | Stepped
    | Submitted
    | SynthesisBegan
    | SynthesisProgress
    | ModelReceived
    | ModelMissing
    | EpisodeEnded
)
Observer = Callable[[Event], None]
