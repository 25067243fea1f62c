"""Every decision and happening of a play, as told to its observer."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from agent_client import types
from agent_client.planning import Plan, PlannedStep
from sandbox.contract import Verdict
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State


class Purpose(StrEnum):
    """Why a step is taken."""

    TRY = "try"  # to see what the action does; no prediction leads to it
    EXPLORE = "explore"  # towards, or at, what the model calls uncertain
    PLAN = "plan"  # along a plan to success


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
class Exploring:
    """No plan to success; going where the model is unsure, for ``plan.reason``."""

    plan: Plan


@dataclass(frozen=True)
class Guessing:
    """Neither plan nor open question: trying an action that was rarely tried here."""

    verdict: Verdict
    action: Action


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
    purpose: Purpose
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
    EpisodeStarted
    | Planned
    | Exploring
    | Guessing
    | Stepped
    | Submitted
    | SynthesisBegan
    | SynthesisProgress
    | ModelReceived
    | ModelMissing
    | EpisodeEnded
)
Observer = Callable[[Event], None]
