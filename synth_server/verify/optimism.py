"""Optimism (phi_2): for the starts of the data a plan exists, under the program, that ends in success.

A plan counts only after a replay in a process of its own, where success is judged here, by the world's test on the
reward and the end of the last step. The search for it runs beside the program and is not believed.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sandbox.contract import (
    FindPlan,
    Inputs,
    Outcome,
    OutcomeKind,
    PlanFound,
    ReplayPlan,
    ReplayStep,
    Sandbox,
    Session,
    Task,
    Verdict,
)
from sandbox.data.records import Start, Success, World
from sandbox.limits import Limits
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from synth_server.domain import Finding, Optimism, RefutedStart
from synth_server.verify.options import VerifyOptions
from synth_server.verify.paths import tell_path
from synth_server.verify.rows import StateKey
from synth_server.verify.sessions import Workers, close_all, failure, open_session, run


@dataclass(frozen=True)
class StartVerdict:
    """How the search from one start ended; ``trouble`` when it ended in a way that deserves a word."""

    verdict: Verdict
    nodes: int = 0
    trouble: str = ""
    replayed: bool = True  # False: a plan was claimed that does not lead to success
    path: str = ""  # the best way, in words, where there is no plan


@dataclass(frozen=True)
class OptimismResult:
    """The verdicts on all starts, and whether phi_2 holds."""

    counts: Optimism
    refuted: tuple[RefutedStart, ...] = ()
    findings: tuple[Finding, ...] = ()
    holds: bool = True
    tried: int = 0  # starts that are counted in the score


def choose(starts: Sequence[Start], per_goal: int) -> list[Start]:
    """The distinct starts to try: the first so many of each goal, in the given order."""
    chosen: dict[str, Start] = {}
    count: dict[str, int] = {}
    for start in starts:
        digest = start.digest()
        if digest not in chosen and count.get(start.goal, 0) < per_goal:
            chosen[digest] = start
            count[start.goal] = count.get(start.goal, 0) + 1
    return list(chosen.values())


class PlanChecker:
    """Searches and replays plans in a session that holds the starts and nothing else.

    The session is opened at the first search and stays warm until :meth:`close`. Verdicts of the last few programs
    are kept, so that a start is searched once for each.
    """

    def __init__(
        self, sandbox: Sandbox, world: World, starts: Sequence[Start], options: VerifyOptions, workers: Workers
    ) -> None:
        self._sandbox = sandbox
        self._success = world.success
        self._starts = list({start.digest(): start for start in starts}.values())
        self._digests = [start.digest() for start in self._starts]
        self._chosen = {start.digest() for start in choose(self._starts, options.starts_per_goal)}
        self._options = options
        self._workers = workers
        self._inputs = _inputs(self._starts, world)
        self._sessions: list[Session] = []
        self._opening = asyncio.Lock()
        self._known: dict[tuple[str, str], StartVerdict] = {}

    def know(self, other: "PlanChecker") -> None:
        """Takes over the verdicts that another checker of the same world and program reached."""
        self._known.update(other._known)

    def same_starts(self, other: "PlanChecker") -> bool:
        """Whether both hold the same starts in the same order."""
        return self._digests == other._digests

    def unchecked(self, goals: Iterable[str], *, due: bool) -> OptimismResult:
        """What is said where plans are not searched: every start, or else every goal that was seen, is unchecked.

        ``due`` says that only the misfit is why: then the starts count in the score as those without a plan do, so that
        a program that fits is never thought less of for having been tried.
        """
        unchecked = Optimism(unchecked=len(self._starts) or len(set(goals)))
        return OptimismResult(unchecked, tried=len(self._chosen) if due else 0)

    async def check(self, source: str, paid: frozenset[str], deadline: float | None) -> OptimismResult:
        """Tries the chosen starts in order, a few side by side, within the budget of nodes.

        ``paid`` are the goals whose reward was seen; a start that is refuted under one of them is listed, not
        blocking. Such starts come last, and are left unchecked where another blocks: they cannot change that. Past
        ``deadline`` (``time.monotonic``) or the budget, starts are open.

        Raises:
            SandboxUnavailableError: the sandbox is gone.
        """
        verdicts: dict[int, StartVerdict] = {}
        nodes_left = self._options.total_plan_nodes
        queue = [i for i, digest in enumerate(self._digests) if digest in self._chosen]
        queue.sort(key=lambda i: self._starts[i].goal in paid)
        blocking = 0
        while queue and blocking < self._options.blocking_refutations:
            if blocking and self._starts[queue[0]].goal in paid:
                break
            wave, queue = queue[: self._options.plans_at_once], queue[self._options.plans_at_once :]
            nodes = min(self._options.plan_nodes, nodes_left // len(wave))
            searches = [self._start(source, start, slot, nodes, deadline) for slot, start in enumerate(wave)]
            results = await asyncio.gather(*searches)
            for i, result in zip(wave, results, strict=True):
                verdicts[i] = result
                nodes_left = max(0, nodes_left - result.nodes)
                blocking += result.verdict is Verdict.REFUTED and self._starts[i].goal not in paid
        return self._summary(verdicts, paid)

    async def open(self) -> None:
        """Opens the session unless it is open, or there is nothing to search from.

        Raises:
            SandboxUnavailableError: none can be started.
        """
        async with self._opening:
            while len(self._sessions) < min(self._options.plans_at_once, len(self._chosen)):
                self._sessions.append(await open_session(self._sandbox, self._inputs, self._workers))

    async def close(self) -> None:
        """Ends the session and what runs in it. Closing twice does nothing."""
        sessions, self._sessions = self._sessions, []
        await close_all(sessions)

    async def _start(self, source: str, start: int, slot: int, nodes: int, deadline: float | None) -> StartVerdict:
        key = (source, self._digests[start])
        known = self._known.get(key)
        if known is not None:
            return replace(known, nodes=0)
        seconds = self._options.plan_seconds
        if deadline is not None:
            seconds = min(seconds, deadline - time.monotonic())
        if nodes <= 0 or seconds <= 0:
            return StartVerdict(Verdict.OPEN)
        result = await self._search(source, start, slot, nodes, seconds)
        self._known = {k: v for k, v in self._known.items() if k[0] == source} | {key: result}
        return result

    async def _search(self, source: str, start: int, slot: int, nodes: int, seconds: float) -> StartVerdict:
        task = FindPlan(start, nodes, self._success.reward_above, self._success.needs_done)
        outcome = await self._run(task, source, slot, seconds)
        found = outcome.value
        if outcome.kind is not OutcomeKind.OK or not isinstance(found, PlanFound):
            trouble = "" if outcome.kind in (OutcomeKind.TIMEOUT, OutcomeKind.CLOSED) else failure(outcome)
            return StartVerdict(Verdict.OPEN, nodes, trouble)
        trouble = f"the program raised {found.error}" if found.error else ""
        if found.verdict is Verdict.REFUTED:
            path = await self._tell_path(source, start, found.partial, slot, seconds)
            return StartVerdict(found.verdict, found.nodes, trouble, path=path)
        if found.verdict is Verdict.OPEN:
            return StartVerdict(found.verdict, found.nodes, trouble)
        outcome = await self._run(ReplayPlan(start, tuple(found.actions)), source, slot, seconds)
        reason = _replay_fault(outcome, found.actions, self._success)
        if reason:
            return StartVerdict(Verdict.OPEN, found.nodes, f"the plan that was found does not replay: {reason}", False)
        return StartVerdict(Verdict.FOUND, found.nodes, trouble)

    async def _tell_path(self, source: str, start: int, actions: Sequence[Action], slot: int, seconds: float) -> str:
        """The way that looked best, a step a line, as the program predicts it; empty when there is none."""
        told = tuple(actions[: self._options.path_steps])
        if not told:
            return ""
        outcome = await self._run(ReplayPlan(start, told), source, slot, seconds)
        if outcome.kind is not OutcomeKind.OK or not isinstance(outcome.value, list):
            return ""
        steps = [step for step in outcome.value if isinstance(step, ReplayStep)]
        return tell_path(self._starts[start].state, told, steps, len(actions))

    async def _run(self, task: Task, source: str, slot: int, seconds: float) -> Outcome:
        await self.open()
        session = self._sessions[slot]
        limits = replace(Limits(), wall_seconds=seconds, cpu_seconds=int(seconds) + 1)
        try:
            return await run(session, task, source, limits, self._workers)
        except asyncio.CancelledError:
            await self.close()
            raise

    def _summary(self, verdicts: dict[int, StartVerdict], paid: frozenset[str]) -> OptimismResult:
        counts = {verdict: sum(v.verdict is verdict for v in verdicts.values()) for verdict in Verdict}
        refuted = tuple(
            RefutedStart(self._digests[i], self._starts[i].goal, self._starts[i].goal not in paid, v.path)
            for i, v in sorted(verdicts.items())
            if v.verdict is Verdict.REFUTED
        )
        troubles = dict.fromkeys(v.trouble for _, v in sorted(verdicts.items()) if v.trouble)
        unreplayed = any(not v.replayed for v in verdicts.values())
        return OptimismResult(
            Optimism(
                counts[Verdict.FOUND],
                counts[Verdict.REFUTED],
                counts[Verdict.OPEN],
                len(self._starts) - len(verdicts),
            ),
            refuted,
            tuple(Finding("plan_search", text) for text in list(troubles)[:3]),
            holds=not unreplayed and not any(start.blocking for start in refuted),
            tried=len(self._chosen),
        )


def _inputs(starts: Sequence[Start], world: World) -> Inputs:
    states: list[State] = []
    numbers: dict[StateKey, int] = {}
    pairs = []
    for start in starts:
        number = numbers.setdefault(start.state.key(), len(states))
        if number == len(states):
            states.append(start.state)
        pairs.append((number, start.goal))
    return Inputs(states=states, starts=pairs, schemas=world.actions)


def _replay_fault(outcome: Outcome, actions: Sequence[Action], success: Success) -> str:
    """Why a replay is no success; empty if it is."""
    value = outcome.value
    if outcome.kind is not OutcomeKind.OK or not isinstance(value, list):
        return failure(outcome)
    steps = [step for step in value if isinstance(step, ReplayStep)]
    for number, step in enumerate(steps, 1):
        error = step.prediction.error or step.reward.error
        if error is not None or step.reward.unknown_goal:
            return f"step {number} raises {error or 'UnknownGoal'}"
        if step.reward.done and number < len(steps):
            return f"the episode ends at step {number} of {len(steps)}"
    if not steps or len(steps) != len(actions):
        return "it has another number of steps"
    if not success.holds(steps[-1].reward.reward, steps[-1].reward.done):
        return "its last step is no success"
    return ""
