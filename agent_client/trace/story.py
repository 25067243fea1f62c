"""The course of one search, put together from its events."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from agent_client import types

_RANK = {types.Status.FAILED: 0, types.Status.PARTIAL: 1, types.Status.VERIFIED: 2}


@dataclass(frozen=True)
class Pending:
    """A request that is under way: repair ``defect`` of ``parent``, or (both empty) write a new program."""

    number: int
    parent: str
    defect: str
    order: int


@dataclass(frozen=True)
class Failure:
    """A request that came to nothing. ``order`` counts what happened, from 1, whatever it was."""

    number: int
    parent: str
    defect: str
    order: int
    reason: str
    spent: types.Totals
    exchanges: tuple[types.Exchange, ...] = ()


@dataclass
class Candidate:
    """One program. ``parent`` is empty where it began with none; ``source`` is empty where it was not told."""

    id: str
    parent: str
    defect: str
    order: int
    note: str
    provider: str
    lines: int
    spent: types.Totals
    source: str = ""
    exchanges: tuple[types.Exchange, ...] = ()
    evaluation: types.Evaluation | None = None
    checks: int = 0  # it is checked again when the data grow

    @property
    def merit(self) -> tuple[int, float]:
        """What orders candidates: achieved status, then score."""
        told = self.evaluation
        return (-1, 0.0) if told is None else (_RANK[told.status], told.score)


@dataclass(frozen=True)
class Point:
    """Where the search stood when a candidate had been checked: what was spent, its fit, and the best fit."""

    candidate: str
    fit: float
    best: float
    spent: types.Totals


Item = Candidate | Failure | Pending


@dataclass
class Story:
    """A search so far. ``best`` is an id, or empty; ``spent.seconds`` is the time of the last event since the first."""

    synthesis: str = ""
    started: types.Started | None = None
    finished: types.Finished | None = None
    candidates: dict[str, Candidate] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    pending: dict[int, Pending] = field(default_factory=dict)
    resumed: list[str] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    best: str = ""
    spent: types.Totals = field(default_factory=types.Totals)
    _begun: float | None = None
    _order: int = 0

    def take(self, event: types.SynthesisEvent, source: str = "", exchanges: tuple[types.Exchange, ...] = ()) -> None:
        """Takes in what happened, with the program and the calls that belong to it where they are known."""
        self.synthesis = event.synthesis
        self._begun = event.time if self._begun is None else self._begun
        self._spend(types.Totals(seconds=event.time - self._begun - self.spent.seconds))
        self._order += 1
        match event.body:
            case types.Started() as body:
                self.started = body
            case types.Resumed() as body:
                self.resumed.append(body.reason)
            case types.Asked() as body:
                parent = body.parent if body.parent in self.candidates else ""
                self.pending[body.number] = Pending(body.number, parent, body.defect, self._order)
            case types.Proposed() as body:
                self._proposed(body, source, exchanges)
            case types.ProviderFailed() as body:
                self._failed(body, exchanges)
            case types.Evaluated() as body:
                self._evaluated(body)
            case types.Finished() as body:
                self.finished = body
                self.pending.clear()

    def fit(self) -> float | None:
        """The best candidate's fit."""
        best = self.candidates.get(self.best)
        return best.evaluation.fit if best is not None and best.evaluation is not None else None

    def items(self) -> list[Item]:
        """All candidates, failures and requests under way, in the order in which they came."""
        found: list[Item] = [*self.candidates.values(), *self.failures, *self.pending.values()]
        return sorted(found, key=lambda item: item.order)

    def _proposed(self, body: types.Proposed, source: str, exchanges: tuple[types.Exchange, ...]) -> None:
        spent = types.Totals(1, body.calls, body.tokens, body.cost_usd)
        asked = self.pending.pop(_number(body.candidate), None)
        if body.candidate in self.candidates:
            return
        self._spend(spent)
        self.candidates[body.candidate] = Candidate(
            body.candidate,
            body.parent if body.parent in self.candidates else "",
            body.defect or (asked.defect if asked else ""),
            self._order,
            body.note,
            body.provider,
            body.lines,
            spent,
            source,
            exchanges,
        )

    def _failed(self, body: types.ProviderFailed, exchanges: tuple[types.Exchange, ...]) -> None:
        asked = self.pending.pop(body.number, None)
        spent = types.Totals(0, body.calls, body.tokens, body.cost_usd)
        self._spend(spent)
        parent, defect = (asked.parent, asked.defect) if asked else ("", "")
        self.failures.append(Failure(body.number, parent, defect, self._order, body.reason, spent, exchanges))

    def _evaluated(self, body: types.Evaluated) -> None:
        found = self.candidates.get(body.candidate)
        if found is None:
            return
        found.evaluation = body.evaluation
        found.checks += 1
        if body.best_so_far or not self.best:
            self.best = found.id
        elif self.best == found.id:  # checked again on more data, and no longer the best
            self.best = max(self.candidates.values(), key=lambda one: one.merit).id
        self.points.append(Point(found.id, body.evaluation.fit, self.fit() or 0.0, self.spent))

    def _spend(self, spent: types.Totals) -> None:
        self.spent += spent


def told(entries: Iterable[types.TraceEntry]) -> Story:
    """The story that a trace tells."""
    story = Story()
    for entry in entries:
        story.take(entry.event, entry.source, entry.exchanges)
    return story


def _number(candidate: str) -> int:
    """The number of the request that a candidate answers; 0 for those that answer none."""
    return int(candidate[1:]) if candidate[:1] == "c" and candidate[1:].isdecimal() else 0
