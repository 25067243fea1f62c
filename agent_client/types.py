"""What the client hands out: plain, typed results. Shares are in 0..1; times are seconds since the epoch."""

from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.contract import Why
from sandbox.data.doctor import Remark
from sandbox.data.records import Success
from sandbox.runtime.actions import Action, ActionSchema


class Status(StrEnum):
    """What a synthesis or a check achieved."""

    VERIFIED = "verified"
    PARTIAL = "partial"
    FAILED = "failed"


class SynthesisState(StrEnum):
    """Where a synthesis stands."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True)
class ServerInfo:
    """What a server tells about itself. ``public_key`` is Ed25519, 32 bytes; fingerprint and digest are hex."""

    version: str
    python_version: str
    sandbox: str
    sandbox_note: str
    public_key: bytes
    key_fingerprint: str
    runtime_digest: str
    providers: tuple[str, ...]
    default_provider: str


@dataclass(frozen=True)
class ModelPrice:
    """US dollars for a million tokens."""

    model: str
    input_usd: float
    output_usd: float


@dataclass(frozen=True)
class Provider:
    """What may propose programs. ``missing`` says what to do before it can be asked; empty: nothing."""

    spec: str
    about: str
    needs: str
    missing: str
    free: bool
    prices: tuple[ModelPrice, ...]


@dataclass(frozen=True)
class WorldStats:
    """How much of a world the server holds. ``digest`` is of the distinct rows, hex."""

    transitions: int
    starts: int
    digest: str
    created: float


@dataclass(frozen=True)
class SubmitResult:
    """What a submission added, and what was there already."""

    added_transitions: int
    known_transitions: int
    added_starts: int
    stats: WorldStats


@dataclass(frozen=True)
class Budget:
    """What a synthesis may spend; 0 means the server's default."""

    seconds: float = 0.0
    candidates: int = 0
    provider_calls: int = 0
    tokens: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True)
class Optimism:
    """Plan searches by their verdict."""

    found: int = 0
    refuted: int = 0
    open: int = 0
    unchecked: int = 0


@dataclass(frozen=True)
class Misprediction:
    """One row that a program got wrong, in words; ``part`` is next_state, reward or done."""

    transition: str
    part: str
    expected: str
    predicted: str


@dataclass(frozen=True)
class RefutedStart:
    """A start, by digest, for which no plan exists; ``blocking`` unless the reward rule has been seen to pay.

    ``path`` tells the way that looked best, a step a line.
    """

    start: str
    goal: str
    blocking: bool
    path: str = ""


@dataclass(frozen=True)
class Finding:
    """Something noteworthy about a program: a stable kind, and a sentence."""

    kind: str
    detail: str


@dataclass(frozen=True)
class Evaluation:
    """What was checked of one program."""

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
    mispredictions: tuple[Misprediction, ...] = ()
    refuted: tuple[RefutedStart, ...] = ()
    findings: tuple[Finding, ...] = ()
    score: float = 0.0
    error: str = ""
    stdout: str = ""
    unknown_goals: tuple[str, ...] = ()  # for which the program's reward has no rule

    @classmethod
    def nothing(cls, transitions: int, sandbox: str) -> "Evaluation":
        """What stands where there is no program to check."""
        return cls(Status.FAILED, 0.0, 0.0, 0.0, 0.0, None, 0, 0.0, Optimism(), transitions, sandbox, 0.0)


@dataclass(frozen=True)
class Certificate:
    """A signed statement: JSON bytes, an Ed25519 signature of 64 bytes, SHA-256 of the public key in hex."""

    statement: bytes
    signature: bytes
    key_fingerprint: str


@dataclass(frozen=True)
class Model:
    """A delivered model. ``actions`` and ``success`` are what it was checked with, and is to be planned with."""

    id: str
    world: str
    synthesis: str
    source: str
    evaluation: Evaluation
    certificate: Certificate
    created: float
    provider: str
    parent_model: str
    actions: tuple[ActionSchema, ...] = ()
    success: Success = field(default_factory=Success)

    @property
    def lines(self) -> int:
        """Lines of the model's text."""
        return len(self.source.splitlines())


@dataclass(frozen=True)
class Totals:
    """What a synthesis used. ``cost_usd`` is None when it is unknown, which is not zero."""

    candidates: int = 0
    provider_calls: int = 0
    tokens: int = 0
    cost_usd: float | None = 0.0
    seconds: float = 0.0

    def __add__(self, other: "Totals") -> "Totals":
        unknown = self.cost_usd is None or other.cost_usd is None
        return Totals(
            self.candidates + other.candidates,
            self.provider_calls + other.provider_calls,
            self.tokens + other.tokens,
            None if unknown else (self.cost_usd or 0.0) + (other.cost_usd or 0.0),
            self.seconds + other.seconds,
        )


@dataclass(frozen=True)
class Experiment:
    """What to try next: the last of ``actions``; none when there is nothing to find out.

    ``why`` tells it in one sentence, ``kind`` in one word; ``reason`` is what can be skipped the next time. ``rivals``
    counts the other programs that fit and were asked, ``apart`` the outcomes that they and the model predict.
    """

    kind: Why | None
    actions: tuple[Action, ...]
    why: str
    reason: str
    rivals: int
    apart: int
    nodes: int
    exhausted: bool
    model: str
    model_fits: bool
    error: str = ""


@dataclass(frozen=True)
class Synthesis:
    """A synthesis as the server keeps it. ``model`` is an id, or empty."""

    id: str
    world: str
    provider: str
    state: SynthesisState
    totals: Totals
    model: str
    created: float
    reason: str


# --- events of a synthesis -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Started:
    """The search began on this snapshot of the data."""

    world: str
    provider: str
    transitions: int
    held_back: int
    starts: int
    data_digest: str
    problems: tuple[Remark, ...] = ()  # of the data: no program can explain all of them


@dataclass(frozen=True)
class Resumed:
    """The search goes on after an interruption."""

    reason: str


@dataclass(frozen=True)
class Asked:
    """The provider is asked to repair a defect of a candidate, or (both empty) for a new program."""

    number: int
    parent: str
    defect: str


@dataclass(frozen=True)
class Proposed:
    """There is a new candidate. ``cost_usd`` is None when it is unknown."""

    candidate: str
    parent: str
    note: str
    lines: int
    tokens: int
    cost_usd: float | None
    calls: int = 0
    provider: str = ""
    defect: str = ""


@dataclass(frozen=True)
class Evaluated:
    """A candidate was checked."""

    candidate: str
    evaluation: Evaluation
    best_so_far: bool


@dataclass(frozen=True)
class ProviderFailed:
    """A request came to nothing: an error, or a program that was there already."""

    reason: str
    number: int = 0
    calls: int = 0
    tokens: int = 0
    cost_usd: float | None = 0.0


@dataclass(frozen=True)
class Finished:
    """The last event. ``model`` is the verified model, or the best so far, or None."""

    status: Status
    reason: str
    model: Model | None
    totals: Totals


@dataclass(frozen=True)
class Unknown:
    """An event of a newer server that this client does not know."""


EventBody = Started | Resumed | Asked | Proposed | Evaluated | ProviderFailed | Finished | Unknown


@dataclass(frozen=True)
class Exchange:
    """One call to a language model: ``messages`` are (role, text). ``cost_usd`` is None when it is unknown."""

    messages: tuple[tuple[str, str], ...]
    reply: str
    calls: int
    tokens: int
    cost_usd: float | None
    model: str
    seconds: float
    cached: bool
    error: str


@dataclass(frozen=True)
class SynthesisEvent:
    """What happened in a synthesis; ``sequence`` counts from 1 without gaps."""

    synthesis: str
    sequence: int
    time: float
    body: EventBody = field(default_factory=Unknown)


@dataclass(frozen=True)
class TraceEntry:
    """An event with all that belongs to it: the program that it tells as proposed, and what led to it."""

    event: SynthesisEvent
    source: str
    exchanges: tuple[Exchange, ...]
