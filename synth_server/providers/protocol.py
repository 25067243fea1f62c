"""What every provider of candidates offers, and what it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from sandbox.data.records import Start, Transition, World
from synth_server.domain import Candidate, Exchange, Usage


class ProviderError(RuntimeError):
    """The provider cannot answer; the text says why, and never holds a key.

    ``usage`` and ``exchanges`` are what was spent all the same. The search goes on with what it has.
    """

    def __init__(self, reason: str, usage: Usage | None = None, exchanges: Sequence[Exchange] = ()) -> None:
        super().__init__(reason)
        self.usage = usage or Usage()
        self.exchanges = tuple(exchanges)


class ProviderExhaustedError(ProviderError):
    """The provider has nothing further to propose for this parent and defect; ``wholly``: nor for any other."""

    def __init__(
        self, reason: str, usage: Usage | None = None, exchanges: Sequence[Exchange] = (), *, wholly: bool = True
    ) -> None:
        super().__init__(reason, usage, exchanges)
        self.wholly = wholly


class ProviderUnusableError(ProviderError):
    """No request will ever succeed (a bad key, an unknown model); the search ends."""


class Defect(StrEnum):
    """What is to be repaired of a parent."""

    ERROR = "error"  # the policy refuses it, it does not load, or it raises on every row
    NEXT_STATE = "next_state"  # next states are mispredicted
    REWARD = "reward"  # rewards or ends are mispredicted
    GOAL = "goal"  # `reward` raises UnknownGoal for a goal
    PLAN = "plan"  # no plan exists from a start


@dataclass(frozen=True)
class Allowance:
    """What one request may spend at most. None: no bound. A provider never goes beyond it."""

    calls: int = 1_000
    tokens: int = 1_000_000
    cost_usd: float | None = None


@dataclass(frozen=True)
class Request:
    """What a provider is asked: a first program (``parent`` is None), or a repair of ``defect`` in ``parent``.

    ``transitions`` and ``starts`` are what may be seen; held-back rows are not among them. ``history`` holds all
    candidates of this synthesis with their evaluations, oldest first. ``index`` numbers the requests of one
    synthesis from 0, so that a provider that can only vary by it never answers twice alike; ``attempt`` counts how
    often this parent's defect was asked for before. ``asked_before`` says that this very request was under way when
    the server ended: what is known of its reply was paid for by this synthesis and counts as its usage.
    """

    world: World
    transitions: Sequence[Transition]
    starts: Sequence[Start]
    index: int
    seed: int
    parent: Candidate | None = None
    defect: Defect | None = None
    attempt: int = 0
    history: Sequence[Candidate] = ()
    optimism: bool = True  # whether the program is checked to promise that success can be reached
    warm_start: str | None = None  # source of the model named by `parent_model`
    allowance: Allowance = field(default_factory=Allowance)
    asked_before: bool = False


@dataclass(frozen=True)
class Proposal:
    """A program and what it cost. ``provider`` is the spec of the member that wrote it, where there are several."""

    source: str
    usage: Usage
    note: str = ""
    provider: str = ""
    exchanges: tuple[Exchange, ...] = ()


class Provider(Protocol):
    """Proposes programs. ``spec`` is the string that chose it, such as ``inductive``.

    Requests may be made side by side. Everything that a later request depends on is in the request (its history),
    never in the provider, so that a synthesis goes on after a restart as if nothing had happened.
    """

    spec: str

    async def propose(self, request: Request) -> Proposal:
        """One candidate. Cancelling the task ends whatever runs for it.

        Raises:
            ProviderExhaustedError: there is nothing further to propose.
            ProviderUnusableError: no request will succeed.
            ProviderError: anything else; the search goes on with what it has.
        """
        ...

    async def close(self) -> None:
        """Ends what the provider started."""
        ...
