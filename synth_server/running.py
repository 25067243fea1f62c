"""One synthesis while it runs: every event is stored before anybody is told."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from synth_server.delivery import Delivery
from synth_server.domain import Budget, Candidate, Event, JobState, Status, SynthesisRecord, Usage
from synth_server.providers.protocol import Defect, Provider
from synth_server.search.types import (
    Asked,
    Evaluated,
    Newer,
    Problem,
    Proposed,
    ProviderFailed,
    Recalled,
    Resumed,
    SearchEvent,
    SearchOptions,
    SearchResult,
    Started,
)
from synth_server.store.encoding import evaluation_to_json, usage_from_json, usage_to_json
from synth_server.store.protocol import Store

Search = Callable[
    [Problem, Provider, Budget, Callable[[SearchEvent], Awaitable[None]]],
    Awaitable[SearchResult],
]
FRUITLESS_RESTARTS = 3  # in a row, after which a synthesis is given up: it may be what ends the server
RESTARTED = "server restarted"
_REMEMBERED = 20  # of the last events of a synthesis, so that those who watch need not ask the store


@dataclass
class Running:
    """The state of one synthesis in this process. Setting ``stop`` ends it with the best so far.

    ``caller`` is whose turn it takes. ``earlier`` says that it may have run before, in another process.
    """

    record: SynthesisRecord
    provider: Provider
    caller: Hashable
    earlier: bool = False
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)  # replaced each time that it is set
    task: "asyncio.Task[None] | None" = None
    failure: Exception | None = None  # why it ended without a last event
    _last: "deque[Event]" = field(default_factory=lambda: deque(maxlen=_REMEMBERED))  # as they were stored

    def advance(self, record: SynthesisRecord, event: Event | None = None) -> None:
        """Takes the synthesis as it was just stored, with the event that was, and wakes whoever watches."""
        self.record = record
        if event is not None:
            self._last.append(event)
        self.notify()

    def after(self, sequence: int) -> list[Event] | None:
        """The stored events above that number; None where the store has to be asked."""
        if not self._last:
            return None if self.earlier else []
        if not self._last[0].sequence <= sequence + 1 <= self._last[-1].sequence + 1:
            return None
        return [event for event in self._last if event.sequence > sequence]

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
        events = await self._store.events(job.record.id) if job.earlier else []
        if _fruitless(events):
            reason = f"failed: the server ended {FRUITLESS_RESTARTS} times at this point"
            job.advance(await self.end(job.record, JobState.FAILED, reason))
            return
        recalled = recall(await self._store.candidates(job.record.id) if events else [], events)
        tally = _Tally(self._store, job, recalled)
        problem = await self._problem(job, recalled, resumed=bool(events))
        result = await self._search(problem, job.provider, job.record.options.budget, tally.take)
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

    async def _problem(self, job: Running, recalled: Recalled, *, resumed: bool) -> Problem:
        options = job.record.options
        reading = self._store.world(options.world), self._store.rows_after(options.world, 0)
        world, rows = await asyncio.gather(*reading)
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
            recalled=recalled,
            options=SearchOptions(options.strategy, options.parallel),
        )


class _Tally:
    """Stores each event of a search with what was spent so far."""

    def __init__(self, store: Store, job: Running, recalled: Recalled) -> None:
        self._store = store
        self._job = job
        self._usages = {candidate.id: candidate.usage for candidate in recalled.candidates}
        self._lost = sum(recalled.failed.values(), Usage())
        self._began = time.monotonic() - job.record.seconds

    def seconds(self) -> float:
        """Since the synthesis began, without the time in which no server ran."""
        return time.monotonic() - self._began

    async def take(self, told: SearchEvent) -> None:
        kind, body, candidate = _told(told)
        if candidate is not None:
            self._usages[candidate.id] = candidate.usage
        if isinstance(told, ProviderFailed):
            self._lost += told.usage
        record = replace(
            self._job.record,
            usage=sum(self._usages.values(), self._lost),
            candidates=len(self._usages),
            seconds=self.seconds(),
        )
        event = await self._store.record(Event(record.id, 0, time.time(), kind, body), record, candidate)
        self._job.advance(record, event)


def _told(told: SearchEvent) -> tuple[str, dict[str, Any], Candidate | None]:
    """An event's kind and body, and the candidate that is to be stored with it."""
    match told:
        case Started():
            return "started", asdict(told), None
        case Resumed():
            return "resumed", asdict(told), None
        case Asked():
            return "asked", asdict(told), None
        case ProviderFailed():
            return "provider_failed", asdict(told), None
        case Proposed(candidate, lines):
            body = {
                "candidate": candidate.id,
                "parent": candidate.parent or "",
                "note": candidate.note,
                "lines": lines,
                "usage": usage_to_json(candidate.usage),
                "provider": candidate.provider,
                "number": told.number,
                "defect": told.defect,
                "exchanges": [asdict(one) for one in told.exchanges],
            }
            return "proposed", body, candidate
        case Evaluated(candidate, best_so_far):
            evaluation = evaluation_to_json(candidate.evaluation) if candidate.evaluation else None
            body = {"candidate": candidate.id, "evaluation": evaluation, "best_so_far": best_so_far}
            return "evaluated", body, candidate


def recall(candidates: Sequence[Candidate], events: Sequence[Event]) -> Recalled:
    """What an interrupted search had done, from what is stored of it."""
    asked, failed = [], {}
    for event in events:
        body = event.body
        if event.kind == "asked":
            defect = Defect(body["defect"]) if body["defect"] else None
            asked.append(Asked(body["number"], body["parent"], defect, body["known"], body["attempt"]))
        elif event.kind == "provider_failed":
            failed[body["number"]] = usage_from_json(body["usage"])
    return Recalled(candidates, asked, failed)


def _fruitless(events: Sequence[Event]) -> bool:
    """Whether the last events are restarts, too many of them, with nothing in between but requests."""
    last = [event for event in events if event.kind != "asked"][-FRUITLESS_RESTARTS:]
    restarts = [event.kind == "resumed" and event.body["reason"] == RESTARTED for event in last]
    return len(restarts) == FRUITLESS_RESTARTS and all(restarts)
