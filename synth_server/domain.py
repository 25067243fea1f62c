"""The server's own words for what it keeps: candidates, evaluations, syntheses, models. Plain data, no behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.data.records import Success
from sandbox.runtime.actions import ActionSchema


class Status(StrEnum):
    """What a synthesis achieved."""

    VERIFIED = "verified"
    PARTIAL = "partial"
    FAILED = "failed"


class JobState(StrEnum):
    """Where a synthesis stands."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Part(StrEnum):
    """What of a row was mispredicted."""

    NEXT_STATE = "next_state"
    REWARD = "reward"
    DONE = "done"


@dataclass(frozen=True)
class Misprediction:
    """One row, named by its digest, that a program got wrong; in words."""

    transition: str
    part: Part
    expected: str
    predicted: str


@dataclass(frozen=True)
class Finding:
    """Something noteworthy about a program: a stable kind, and a sentence."""

    kind: str
    detail: str


@dataclass(frozen=True)
class Optimism:
    """Plan searches by their verdict."""

    found: int = 0
    refuted: int = 0
    open: int = 0
    unchecked: int = 0


@dataclass(frozen=True)
class RefutedStart:
    """A start for which no plan exists under the program, by digest; ``blocking`` unless the rule was seen to pay.

    ``path`` tells the best partial path of the plan search in words, a step a line.
    """

    start: str
    goal: str
    blocking: bool
    path: str = ""


@dataclass(frozen=True)
class Evaluation:
    """What was checked of one program. Fits are shares in 0..1 over distinct rows."""

    status: Status
    fit: float
    next_state_fit: float
    reward_fit: float
    done_fit: float
    held_back_fit: float | None
    uncertain: int
    identity_baseline: float
    optimism: Optimism
    transitions: int
    sandbox: str
    seconds: float
    score: float = 0.0  # section 2 of the design: fit and optimism in one number
    mispredictions: tuple[Misprediction, ...] = ()
    refuted: tuple[RefutedStart, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: str = ""
    stdout: str = ""
    unknown_goals: tuple[str, ...] = ()  # goals of the data or of starts for which `reward` raised UnknownGoal


@dataclass(frozen=True)
class Usage:
    """What a provider used. ``cost_usd`` is None when it is unknown, which is not zero."""

    calls: int = 0
    tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        unknown = self.cost_usd is None or other.cost_usd is None
        cost = None if unknown else (self.cost_usd or 0.0) + (other.cost_usd or 0.0)
        return Usage(self.calls + other.calls, self.tokens + other.tokens, cost)


@dataclass(frozen=True)
class Message:
    """One turn of a conversation with a language model. ``role`` is ``system``, ``user`` or ``assistant``."""

    role: str
    text: str


@dataclass(frozen=True)
class Exchange:
    """One call to a language model, as it was: never a key, never a header.

    ``usage`` is what the reply cost when it was made; ``cached`` says that it came from the cache this time.
    """

    messages: tuple[Message, ...]
    reply: str
    usage: Usage
    model: str = ""  # that answered, as its API names it
    seconds: float = 0.0
    cached: bool = False
    error: str = ""  # why there is no usable reply


@dataclass(frozen=True)
class Budget:
    """What a synthesis may spend. Seconds are a cap; the others decide results. None: no bound."""

    seconds: float = 60.0
    candidates: int = 50
    provider_calls: int = 50
    tokens: int = 1_000_000
    cost_usd: float | None = None


@dataclass(frozen=True)
class Candidate:
    """One proposed program within a synthesis. ``provider`` is the spec of the one that wrote it."""

    id: str
    source: str
    parent: str | None = None
    note: str = ""
    usage: Usage = field(default_factory=Usage)
    evaluation: Evaluation | None = None
    provider: str = ""


@dataclass(frozen=True)
class SynthesisOptions:
    """What was asked for."""

    world: str
    provider: str
    budget: Budget = field(default_factory=Budget)
    seed: int = 0
    parent_model: str | None = None
    skip_optimism: bool = False
    strategy: str = "rex"
    parallel: int = 1  # requests to the provider under way at a time


@dataclass(frozen=True)
class Certificate:
    """A signed statement: JSON bytes, Ed25519 signature, SHA-256 of the public key in hex."""

    statement: bytes
    signature: bytes
    key_fingerprint: str


@dataclass(frozen=True)
class ModelRecord:
    """A delivered model; ``actions`` and ``success`` are what it was checked with."""

    id: str
    world: str
    synthesis: str
    source: str
    evaluation: Evaluation
    certificate: Certificate
    created: float  # seconds since the epoch
    provider: str
    parent_model: str | None = None
    actions: tuple[ActionSchema, ...] = ()
    success: Success = field(default_factory=Success)


@dataclass(frozen=True)
class SynthesisRecord:
    """A synthesis as it is kept."""

    id: str
    options: SynthesisOptions
    state: JobState
    created: float
    usage: Usage = field(default_factory=Usage)
    candidates: int = 0
    seconds: float = 0.0
    model: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Event:
    """What happened in a synthesis. ``kind`` is one of the fields of SynthesisEvent; ``body`` is JSON data."""

    synthesis: str
    sequence: int
    time: float
    kind: str
    body: Mapping[str, Any]
