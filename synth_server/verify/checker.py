"""Checks the candidates of one search against one world's data, with sessions that stay warm between them."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from sandbox.contract import Sandbox
from sandbox.data.records import Start, Transition, World, combined_digest
from sandbox.runtime.actions import ground
from synth_server.domain import Evaluation
from synth_server.verify import memoriser
from synth_server.verify.contents import Contents, Vocabulary, contents, vocabulary
from synth_server.verify.fit import RowFit, compare
from synth_server.verify.honesty import Earlier, HoldOut, differences, in_other_order
from synth_server.verify.optimism import OptimismResult, PlanChecker
from synth_server.verify.options import VerifyOptions
from synth_server.verify.predict import ANOTHER_SEED, Predictions, Predictor, Probe
from synth_server.verify.report import Checked, refusal, report
from synth_server.verify.rows import Row
from synth_server.verify.schemas import with_schemas
from synth_server.verify.sessions import Workers


@dataclass(frozen=True)
class FullCheck:
    """An evaluation on all of ``D``, and the rows unseen by the search that the program missed."""

    evaluation: Evaluation
    missed: tuple[Row, ...] = ()


class Checker:
    """Evaluates programs on a snapshot of a world that can grow.

    Deadlines are ``time.monotonic`` values; past them plan searches end open. Not to be called side by side.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        world: World,
        transitions: Sequence[Transition],
        starts: Sequence[Start],
        options: VerifyOptions,
        *,
        policy: Callable[[str], str | None] | None,
        workers: Workers,
        skip_optimism: bool = False,
    ) -> None:
        self._sandbox = sandbox
        self._given = world
        self._starts = {start.digest(): start for start in starts}
        self._options = options
        self._policy = policy
        self._workers = workers
        self._skip_optimism = skip_optimism
        self._rows = HoldOut(transitions, options)
        self._seen: dict[str, Earlier] = {}  # of the last program, by its text
        self._words: Vocabulary | None = None
        self._visible = self._rows.visible
        self._plans = self._plan_checker()
        self._predictor = Predictor(sandbox, self._visible, workers, probes=self._probes(self._visible))

    @property
    def world(self) -> World:
        """The world, with the action schemas in force."""
        return self._world

    @property
    def visible(self) -> list[Transition]:
        """The distinct rows that providers and search may see."""
        return [row.transition for row in self._visible]

    @property
    def held_back(self) -> int:
        """How many rows they may not see."""
        return len(self._rows.held)

    @property
    def transitions(self) -> int:
        """How many distinct rows there are."""
        return len(self._rows.all)

    @property
    def starts(self) -> list[Start]:
        """The distinct starts."""
        return list(self._starts.values())

    def data_digest(self) -> str:
        """The digest of the snapshot, held-back rows included."""
        return combined_digest((row.digest for row in self._rows.all), self._starts)

    async def warm(self) -> None:
        """Opens the sessions ahead of the first evaluation.

        Raises:
            SandboxUnavailableError: none can be started.
        """
        await self._predictor.open()
        if not self._skip_optimism:
            await self._plans.open()

    async def evaluate(self, source: str, deadline: float | None = None) -> Evaluation:
        """The program on the rows that the search may see.

        Raises:
            SandboxUnavailableError: the sandbox is gone.
        """
        began = time.monotonic()
        refused, held = await asyncio.to_thread(self._read, source)
        if refused:
            return refusal(refused, self._visible, self._isolation(), time.monotonic() - began)
        predictions, fits = await self._predict(source, deadline)
        plans = await self._optimism(source, predictions, all(fit.all for fit in fits), deadline)
        carried = memoriser.find(held, self._visible, memoriser.Gap())
        checked = Checked(self._visible, fits, predictions, plans, findings=(carried,) if carried else ())
        return report(checked, self._isolation(), time.monotonic() - began, self._options)

    async def evaluate_all(self, source: str, deadline: float | None = None) -> FullCheck:
        """The program on all rows, held-back and newly arrived ones included.

        They run in sessions of their own, in another order of rows and of objects, so in other company, and with
        another hash seed. A seen row that comes out otherwise than in the last :meth:`evaluate` (which is made up for
        if this program had none) counts as wrong.

        Raises:
            SandboxUnavailableError: the sandbox is gone.
        """
        began = time.monotonic()
        rows = self._rows.all
        refused, found = await asyncio.to_thread(self._read, source)
        if refused:
            return FullCheck(refusal(refused, rows, self._isolation(), time.monotonic() - began))
        predictions = await self._predict_anew(source, rows, deadline)
        if source not in self._seen and predictions.runs:
            await self._predict(source, deadline)
        fits = compare(rows, predictions, self._options.float_tolerance)
        fits, extra = differences(rows, fits, predictions, self._seen.get(source))
        held = frozenset(row.digest for row in self._rows.held)
        seen_fit = all(fit.all for row, fit in zip(rows, fits, strict=True) if row.digest not in held)
        await self._renew_plans()
        plans = await self._optimism(source, predictions, seen_fit, deadline)
        if carried := memoriser.find(found, rows, memoriser.gap(rows, fits, held)):
            extra = (carried, *extra)
        checked = Checked(rows, fits, predictions, plans, held, extra)
        evaluation = report(checked, self._isolation(), time.monotonic() - began, self._options)
        missed = [row for row, fit in zip(rows, fits, strict=True) if row.digest in held and not fit.all]
        return FullCheck(evaluation, () if predictions.load_error else tuple(missed))

    def take(self, transitions: Iterable[Transition], starts: Iterable[Start]) -> None:
        """Adds what arrived meanwhile; the search does not see the rows before :meth:`release`."""
        self._rows.take(transitions)
        self._starts |= {start.digest(): start for start in starts}

    async def release(self, missed: Sequence[Row] = ()) -> None:
        """Shows the search the rows that it missed; holds the usual share of the others back; loads anew."""
        await self._predictor.close()
        await asyncio.to_thread(self._release, missed)
        await self._renew_plans()

    async def close(self) -> None:
        """Ends the sessions and what runs in them. Closing twice does nothing."""
        await self._predictor.close()
        await self._plans.close()

    def _release(self, missed: Sequence[Row]) -> None:
        self._rows.release(missed)
        self._seen = {}
        self._words = None
        self._visible = self._rows.visible
        probes = self._probes(self._visible)
        self._predictor = Predictor(self._sandbox, self._visible, self._workers, probes=probes)

    def _plan_checker(self) -> PlanChecker:
        self._world = with_schemas(self._given, (row.transition for row in self._rows.all))
        return PlanChecker(self._sandbox, self._world, self.starts, self._options, self._workers)

    async def _renew_plans(self) -> None:
        """Takes up starts, and schemas that newer rows show."""
        former, former_world = self._plans, self._world
        renewed = self._plan_checker()
        if self._world == former_world and renewed.same_starts(former):
            return
        if self._world == former_world:
            renewed.know(former)
        self._plans = renewed
        await former.close()

    def _read(self, source: str) -> tuple[str | None, Contents]:
        """Why the policy refuses the program, if so, and what it contains; takes a while for a long one."""
        if refused := self._policy(source) if self._policy else None:
            return refused, Contents()
        if self._words is None:
            self._words = vocabulary(self._visible)
        return None, contents(source, self._words)

    def _isolation(self) -> str:
        return self._sandbox.isolation.level

    def _seconds(self, deadline: float | None) -> float:
        """How long one run of predictions may take: less when time is short, but never next to nothing."""
        if deadline is None:
            return self._options.predict_seconds
        return min(self._options.predict_seconds, max(2.0, deadline - time.monotonic()))

    async def _predict(self, source: str, deadline: float | None) -> tuple[Predictions, list[RowFit]]:
        """Predictions of the visible rows, kept to be compared with."""
        predictions = await self._predictor.predict(source, self._seconds(deadline))
        fits = compare(self._visible, predictions, self._options.float_tolerance)
        self._seen = {source: Earlier.of(self._visible, fits, predictions)}
        return predictions, fits

    async def _predict_anew(self, source: str, rows: Sequence[Row], deadline: float | None) -> Predictions:
        """Predictions in the order of ``rows``, made in another, of states whose objects come in another."""
        await self._predictor.close()
        order = sorted(range(len(rows)), key=lambda i: sha256(rows[i].digest.encode()).digest())
        predictor = await asyncio.to_thread(self._predictor_of, [rows[i] for i in order])
        try:
            found = await predictor.predict(source, self._seconds(deadline))
        finally:
            await predictor.close()
        back = sorted(range(len(order)), key=order.__getitem__)
        return replace(found, states=[found.states[i] for i in back], rewards=[found.rewards[i] for i in back])

    def _predictor_of(self, rows: Sequence[Row]) -> Predictor:
        others = [in_other_order(row) for row in rows]
        return Predictor(self._sandbox, others, self._workers, ANOTHER_SEED, self._probes(rows))

    def _probes(self, rows: Sequence[Row]) -> list[Probe]:
        """A start for each goal that no row has, with any action: whether its reward is known shows at once."""
        told = {row.transition.goal for row in rows}
        first = {start.goal: start for start in reversed(self.starts) if start.goal not in told}
        probes = []
        for start in list(reversed(first.values()))[: self._options.unknown_goals]:
            action = rows[0].transition.action if rows else next(ground(self._world.actions, start.state), None)
            if action is not None:
                probes.append(Probe(start.state, action, start.goal))
        return probes

    async def _optimism(
        self, source: str, predictions: Predictions, fits: bool, deadline: float | None
    ) -> OptimismResult:
        rows = self._rows.all
        if self._skip_optimism or not fits or predictions.load_error or not self._starts:
            return self._plans.unchecked((row.transition.goal for row in rows), due=not self._skip_optimism)
        success = self._world.success
        paid = {row.transition.goal for row in rows if success.holds(row.transition.reward, row.transition.done)}
        return await self._plans.check(source, frozenset(paid), deadline)
