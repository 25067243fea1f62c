"""What a search is given, what it tells while it runs, and what it gives back."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.data.doctor import Remark
from sandbox.data.records import Start, Transition, World
from synth_server.domain import Candidate, Evaluation, Exchange, Status, Usage
from synth_server.providers.protocol import Defect
from synth_server.verify.checker import FullCheck
from synth_server.verify.rows import Row


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
class Asked:
    """Request ``number`` (from 1) goes to the provider: repair ``defect`` of ``parent``, or write anew.

    ``known`` is how many candidates there were, and ``attempt`` how often the same was asked for before: a request
    that is made again tells the same.
    """

    number: int
    parent: str | None = None
    defect: Defect | None = None
    known: int = 0
    attempt: int = 0


@dataclass(frozen=True)
class Recalled:
    """What an interrupted search had done: its candidates, what was asked for, and which requests came to nothing.

    A request that is neither answered by a candidate nor among ``failed`` was under way; it is made again.
    """

    candidates: Sequence[Candidate] = ()
    asked: Sequence[Asked] = ()
    failed: Mapping[int, Usage] = field(default_factory=dict)


@dataclass(frozen=True)
class SearchOptions:
    """How to search. ``order``, when given, is the recorded order in which the replies to requests came.

    Equal seeds and data give equal searches when ``parallel`` is 1 or the order is given.
    """

    strategy: str = "rex"
    parallel: int = 1  # requests under way at a time
    order: Sequence[int] = ()


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
    recalled: Recalled = field(default_factory=Recalled)
    options: SearchOptions = field(default_factory=SearchOptions)


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
    problems: tuple[Remark, ...] = ()  # of the data: no program can explain all of them


@dataclass(frozen=True)
class Resumed:
    """The search goes on: after a restart, or because newer or held-back rows were missed."""

    reason: str


@dataclass(frozen=True)
class Proposed:
    """There is a new program; ``candidate.evaluation`` is None.

    ``candidate.id`` is unique within the synthesis: c0 for the parent model, cN for the answer to request N, mN for
    what the search itself put together of two others (``number`` is 0 then, and for c0). It is told before the
    evaluation begins, so that a candidate that was stored is never asked for again.
    """

    candidate: Candidate
    lines: int
    number: int = 0
    defect: Defect | None = None
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True)
class Evaluated:
    """A candidate was checked on the rows that the search may see; ``candidate.evaluation`` is set."""

    candidate: Candidate
    best_so_far: bool


@dataclass(frozen=True)
class ProviderFailed:
    """Request ``number`` came to nothing: an error, or a program that is there already. The search goes on."""

    reason: str
    number: int = 0
    usage: Usage = field(default_factory=Usage)
    exchanges: tuple[Exchange, ...] = ()


SearchEvent = Started | Resumed | Asked | Proposed | Evaluated | ProviderFailed
"""There is no event for the end: the caller signs the result first, and tells then."""


# --- who judges -----------------------------------------------------------------------------------------------


class Judge(Protocol):
    """Evaluates the candidates of one search, one at a time; see :class:`synth_server.verify.checker.Checker`."""

    @property
    def world(self) -> World:
        """The world, with the action schemas in force."""
        ...

    @property
    def visible(self) -> Sequence[Transition]:
        """The rows that search and providers may see."""
        ...

    @property
    def starts(self) -> Sequence[Start]:
        """The distinct starts."""
        ...

    @property
    def held_back(self) -> int:
        """How many rows they may not see."""
        ...

    @property
    def transitions(self) -> int:
        """How many distinct rows there are."""
        ...

    def data_digest(self) -> str:
        """The digest of the data."""
        ...

    async def warm(self) -> None:
        """Gets ready ahead of the first evaluation."""
        ...

    async def evaluate(self, source: str, deadline: float | None = None) -> Evaluation:
        """A program on the visible rows."""
        ...

    async def evaluate_all(self, source: str, deadline: float | None = None) -> FullCheck:
        """A program on all rows."""
        ...

    def take(self, transitions: Iterable[Transition], starts: Iterable[Start]) -> None:
        """Adds what arrived meanwhile, unseen by the search."""
        ...

    async def release(self, missed: Sequence[Row] = ()) -> None:
        """Shows the search what it missed, and what arrived."""
        ...


# --- result --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SearchResult:
    """What a search found. ``best.evaluation`` is over all of ``D``, held-back rows included.

    ``reason`` is ``verified``, ``exhausted``, ``contradictory: ...`` (as many rows are explained as any program can
    explain), ``cancelled``, ``budget: ...`` or ``failed: ...``. ``data_digest`` is of the snapshot that the last
    evaluation used, newer rows included. ``world`` has the action schemas in force, which the model ships with.
    """

    status: Status
    reason: str
    best: Candidate | None
    usage: Usage = field(default_factory=Usage)
    candidates: int = 0
    seconds: float = 0.0
    data_digest: str = ""
    world: World | None = None
