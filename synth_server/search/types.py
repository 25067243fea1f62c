"""What a search is given, what it tells while it runs, and what it gives back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sandbox.data.records import Start, Transition, World
from synth_server.domain import Candidate, Status, Usage


@dataclass(frozen=True)
class Newer:
    """What was added to a world since the last time this was asked (or since the snapshot was taken)."""

    transitions: Sequence[Transition] = ()
    starts: Sequence[Start] = ()

    def __bool__(self) -> bool:
        return bool(self.transitions or self.starts)


async def nothing_newer() -> Newer:
    """The hook of a search over data that cannot grow."""
    return Newer()


@dataclass(frozen=True)
class Problem:
    """One search: a snapshot of a world's data, and how it may grow.

    ``world.actions`` are the schemas in force (inferred ones where the user gave none). ``newer`` is awaited before
    a candidate is declared verified; each call returns what came since the former call. Setting ``stop`` ends the
    search with the best so far and reason ``cancelled``; cancelling the task ends it without a result. ``resumed``
    says why this search goes on from a history (such as ``server restarted``); empty for a new one.
    """

    world: World
    transitions: Sequence[Transition]
    starts: Sequence[Start]
    seed: int = 0
    warm_start: str | None = None
    newer: Callable[[], Awaitable[Newer]] = nothing_newer
    skip_optimism: bool = False
    stop: asyncio.Event | None = None
    resumed: str = ""
    spent_seconds: float = 0.0  # before it was resumed; counts against the budget


# --- events --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Started:
    """The search has its snapshot."""

    world: str
    provider: str
    transitions: int  # distinct rows, held-back ones included
    held_back: int
    starts: int
    data_digest: str


@dataclass(frozen=True)
class Resumed:
    """The search goes on: after a restart, or because newer or held-back rows were missed."""

    reason: str


@dataclass(frozen=True)
class Proposed:
    """A provider (or the parent model) gave a program; ``candidate.evaluation`` is None.

    ``candidate.id`` is unique within the synthesis: c1, c2, ... It is told before the evaluation begins, so that a
    candidate that was stored is never asked for again.
    """

    candidate: Candidate
    lines: int


@dataclass(frozen=True)
class Evaluated:
    """A candidate was checked on the rows that the search may see; ``candidate.evaluation`` is set."""

    candidate: Candidate
    best_so_far: bool


@dataclass(frozen=True)
class ProviderFailed:
    """A provider could not answer; the search goes on with what it has."""

    reason: str


SearchEvent = Started | Resumed | Proposed | Evaluated | ProviderFailed
"""There is no event for the end: the caller signs the result first, and tells then."""


# --- result --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SearchResult:
    """What a search found. ``best.evaluation`` is over all of ``D``, held-back rows included.

    ``reason`` is ``verified``, ``exhausted``, ``cancelled``, ``budget: ...`` or ``failed: ...``. ``data_digest`` is of
    the snapshot that the last evaluation used, newer rows included. ``world`` has the action schemas in force, which
    the model ships with.
    """

    status: Status
    reason: str
    best: Candidate | None
    usage: Usage = field(default_factory=Usage)
    candidates: int = 0
    seconds: float = 0.0
    data_digest: str = ""
    world: World | None = None
