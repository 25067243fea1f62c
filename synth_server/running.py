"""One synthesis while it runs: every event is stored before anybody is told."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from synth_server.delivery import Delivery
from synth_server.domain import Budget, Candidate, Event, JobState, Status, SynthesisRecord, Usage
from synth_server.providers.protocol import Provider
from synth_server.search.types import (
    Evaluated,
    Newer,
    Problem,
    Proposed,
    ProviderFailed,
    Resumed,
    SearchEvent,
    SearchResult,
    Started,
)
from synth_server.store.encoding import evaluation_to_json, usage_to_json
from synth_server.store.protocol import Store

Search = Callable[
    [Problem, Provider, Budget, Sequence[Candidate], Callable[[SearchEvent], Awaitable[None]]],
    Awaitable[SearchResult],
]
FRUITLESS_RESTARTS = 3  # in a row, after which a synthesis is given up: it may be what ends the server
RESTARTED = "server restarted"


@dataclass
class Running:
    """The state of one synthesis in this process. Setting ``stop`` ends it with the best so far."""

    record: SynthesisRecord
    provider: Provider
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)  # replaced each time that it is set
    task: "asyncio.Task[None] | None" = None
    failure: Exception | None = None  # why it ended without a last event

    def advance(self, record: SynthesisRecord) -> None:
        """Takes the synthesis as it was just stored, and wakes whoever watches."""
        self.record = record
        self.notify()

    def notify(self) -> None:
        """Wakes whoever watches."""
        former, self.changed = self.changed, asyncio.Event()
        former.set()


class Runner:
    """Runs a synthesis from its record to its last event."""

    def __init__(self, store: Store, search: Search, delivery: Delivery) -> None:
        self._store = store
        self._search = search
        self._delivery = delivery

    async def run(self, job: Running) -> None:
        """Searches, going on from what is stored, and stores the end.

        Raises:
            StoreError: something could not be stored; the synthesis stays as it is and goes on at the next start.
            Exception: whatever the search raises.
        """
        events = await self._store.events(job.record.id)
        if _fruitless(events):
            reason = f"failed: the server ended {FRUITLESS_RESTARTS} times at this point"
            job.advance(await self.end(job.record, JobState.FAILED, reason))
            return
        history = await self._store.candidates(job.record.id)
        tally = _Tally(self._store, job, history)
        problem = await self._problem(job, resumed=bool(events))
        result = await self._search(problem, job.provider, job.record.options.budget, history, tally.take)
        state = JobState.CANCELLED if job.stop.is_set() and result.reason == "cancelled" else JobState.FINISHED
        seconds = max(result.seconds, tally.seconds())
        record = replace(job.record, usage=result.usage, candidates=result.candidates, seconds=seconds)
        job.advance(await self.end(record, state, result.reason, result))

    async def end(
        self, record: SynthesisRecord, state: JobState, reason: str, result: SearchResult | None = None
    ) -> SynthesisRecord:
        """Stores the last event, with the model if there is one; gives the synthesis as it stands then.

        Raises:
            StoreError: it could not be stored.
        """
        model = self._delivery.model(record, result) if result is not None else None
        record = replace(record, state=state, reason=reason, model=model.id if model else None)
        body = {
            "status": (result.status if result is not None else Status.FAILED).value,
            "reason": reason,
            "model": record.model,
            "usage": usage_to_json(record.usage),
            "candidates": record.candidates,
            "seconds": record.seconds,
        }
        event = Event(record.id, 0, time.time(), "finished", body)
        await self._store.record(event, record, result.best if result is not None else None, model)
        return record

    async def _problem(self, job: Running, *, resumed: bool) -> Problem:
        options = job.record.options
        world = await self._store.world(options.world)
        rows = await self._store.rows_after(options.world, 0)
        parent = await self._store.model(options.parent_model) if options.parent_model else None
        seen = rows.sequence

        async def newer() -> Newer:
            nonlocal seen
            later = await self._store.rows_after(options.world, seen)
            seen = later.sequence
            return Newer(later.transitions, later.starts)

        return Problem(
            world=world,
            transitions=rows.transitions,
            starts=rows.starts,
            seed=options.seed,
            warm_start=parent.source if parent else None,
            newer=newer,
            skip_optimism=options.skip_optimism,
            stop=job.stop,
            resumed=RESTARTED if resumed else "",
            spent_seconds=job.record.seconds,
        )


class _Tally:
    """Stores each event of a search with what was spent so far."""

    def __init__(self, store: Store, job: Running, history: Sequence[Candidate]) -> None:
        self._store = store
        self._job = job
        self._usages = {candidate.id: candidate.usage for candidate in history}
        self._began = time.monotonic() - job.record.seconds

    def seconds(self) -> float:
        """Since the synthesis began, without the time in which no server ran."""
        return time.monotonic() - self._began

    async def take(self, told: SearchEvent) -> None:
        kind, body, candidate = _told(told)
        if candidate is not None:
            self._usages[candidate.id] = candidate.usage
        record = replace(
            self._job.record,
            usage=sum(self._usages.values(), Usage()),
            candidates=len(self._usages),
            seconds=self.seconds(),
        )
        await self._store.record(Event(record.id, 0, time.time(), kind, body), record, candidate)
        self._job.advance(record)


def _told(told: SearchEvent) -> tuple[str, dict[str, Any], Candidate | None]:
    """An event's kind and body, and the candidate that is to be stored with it."""
    match told:
        case Started():
            return "started", asdict(told), None
        case Resumed():
            return "resumed", asdict(told), None
        case ProviderFailed():
            return "provider_failed", asdict(told), None
        case Proposed(candidate, lines):
            body = {
                "candidate": candidate.id,
                "parent": candidate.parent or "",
                "note": candidate.note,
                "lines": lines,
                "tokens": candidate.usage.tokens,
                "cost_usd": candidate.usage.cost_usd,
            }
            return "proposed", body, candidate
        case Evaluated(candidate, best_so_far):
            evaluation = evaluation_to_json(candidate.evaluation) if candidate.evaluation else None
            body = {"candidate": candidate.id, "evaluation": evaluation, "best_so_far": best_so_far}
            return "evaluated", body, candidate


def _fruitless(events: Sequence[Event]) -> bool:
    """Whether the last events are restarts only, too many of them."""
    last = events[-FRUITLESS_RESTARTS:]
    restarts = [event.kind == "resumed" and event.body["reason"] == RESTARTED for event in last]
    return len(restarts) == FRUITLESS_RESTARTS and all(restarts)
