"""The plain refine loop: propose, check, repair the best so far, until a program is verified or the budget ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from synth_server.domain import Budget, Candidate, Evaluation, Status, Usage
from synth_server.providers.protocol import Proposal, Provider, ProviderError, ProviderExhaustedError, Request
from synth_server.search.tree import Node, Tree
from synth_server.search.types import (
    Evaluated,
    Problem,
    Proposed,
    ProviderFailed,
    Resumed,
    SearchEvent,
    SearchResult,
    Started,
)
from synth_server.verify.checker import Checker
from synth_server.verify.verifier import Verifier

T = TypeVar("T")

WASTED_IN_A_ROW = 3  # duplicates, or failures of the provider, that end a search
FINAL_SECONDS = 15.0  # for the last check of the best so far, after the budget's end
WARM_START_ID = "c0"


class _EndedError(Exception):
    """The search is over; the text is the reason."""


async def search(
    problem: Problem,
    provider: Provider,
    verifier: Verifier,
    budget: Budget,
    history: Sequence[Candidate],
    on_event: Callable[[SearchEvent], Awaitable[None]],
) -> SearchResult:
    """Searches for a program that fits all of the data and is optimistic about its starts.

    ``history`` holds the candidates of an interrupted search: those with an evaluation are taken as they are,
    those without are evaluated, none is asked for again, and all count against the budget. A candidate may be
    told as evaluated more than once, when the data that the search may see have grown.

    Raises:
        SandboxUnavailableError: the sandbox is gone.
    """
    world, transitions, starts = problem.world, problem.transitions, problem.starts
    checker = await verifier.open(world, transitions, starts, skip_optimism=problem.skip_optimism)
    run = _Search(problem, provider, checker, budget, on_event)
    try:
        return await run.run(history)
    finally:
        await checker.close()


class _Search:
    """The state of one search."""

    def __init__(
        self,
        problem: Problem,
        provider: Provider,
        checker: Checker,
        budget: Budget,
        on_event: Callable[[SearchEvent], Awaitable[None]],
    ) -> None:
        self._problem = problem
        self._provider = provider
        self._checker = checker
        self._budget = budget
        self._tell = on_event
        self._began = time.monotonic() - problem.spent_seconds
        self._deadline = self._began + budget.seconds
        self._tree = Tree()
        self._snapshot = 0  # counts how often the visible data grew
        self._lost = Usage()  # of requests that gave no new candidate
        self._wasted = 0  # of these, in a row
        self._number = 0  # of the last request; wasted ones have a number too

    async def run(self, history: Sequence[Candidate]) -> SearchResult:
        warming = asyncio.create_task(self._checker.warm())
        try:
            await self._announce()
            await self._recall(history)
            while True:
                await self._step()
        except _EndedError as end:
            return await self._finish(str(end))
        finally:
            warming.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await warming

    # --- one candidate after another -----------------------------------------------------------------------

    async def _announce(self) -> None:
        checker = self._checker
        if self._problem.resumed:
            await self._tell(Resumed(self._problem.resumed))
            return
        await self._tell(
            Started(
                self._problem.world.name,
                self._provider.spec,
                checker.transitions,
                checker.held_back,
                len(checker.starts),
                checker.data_digest(),
            )
        )

    async def _recall(self, history: Sequence[Candidate]) -> None:
        """Puts the candidates of an interrupted search in place, and the warm start."""
        rows = len(self._checker.visible)
        for candidate in history:
            known = candidate.evaluation is not None and candidate.evaluation.transitions == rows
            self._tree.add(candidate, self._snapshot if known else -1)
        self._number = self._tree.last_number()
        for node in list(self._tree):
            if node.candidate.evaluation is None:
                await self._judge(node)
        best = self._tree.best()
        if best is not None and _verified(best):
            await self._settle(best)
        source = self._problem.warm_start
        if source is not None and source not in self._tree:
            await self._try(Candidate(WARM_START_ID, source, note="parent model"))

    async def _step(self) -> None:
        self._check_budget()
        parent = await self._parent()
        self._check_budget()
        self._number += 1
        number = self._number
        request = Request(
            world=self._checker.world,
            transitions=self._checker.visible,
            starts=self._checker.starts,
            index=number - 1,
            seed=self._problem.seed,
            parent=parent.candidate if parent else None,
            history=self._tree.history(),
            warm_start=self._problem.warm_start,
        )
        proposal = await self._ask(request)
        if proposal is None:
            return
        parent_id = parent.candidate.id if parent else None
        await self._try(Candidate(f"c{number}", proposal.source, parent_id, proposal.note, proposal.usage))

    async def _ask(self, request: Request) -> Proposal | None:
        """A program that is new; None when this request was wasted."""
        try:
            proposal = await self._until_stopped(self._provider.propose(request), self._deadline)
        except ProviderExhaustedError as error:
            self._lost += Usage(calls=1)
            await self._tell(ProviderFailed(str(error)))
            raise _EndedError("exhausted") from None
        except ProviderError as error:
            self._waste(Usage(calls=1))
            await self._tell(ProviderFailed(str(error)))
            if self._wasted >= WASTED_IN_A_ROW:
                raise _EndedError(f"failed: {error}") from None
            return None
        if proposal.source in self._tree:
            self._waste(proposal.usage)
            if self._wasted >= WASTED_IN_A_ROW:
                raise _EndedError("exhausted")
            return None
        self._wasted = 0
        return proposal

    async def _try(self, candidate: Candidate) -> None:
        node = self._tree.add(candidate)
        await self._tell(Proposed(candidate, len(candidate.source.splitlines())))
        await self._judge(node)
        if _verified(node):
            await self._settle(node)

    async def _judge(self, node: Node) -> None:
        """Evaluates a candidate on what the search may see."""
        evaluation = await self._until_stopped(self._checker.evaluate(node.candidate.source, self._deadline), None)
        await self._note(node, evaluation)

    async def _note(self, node: Node, evaluation: Evaluation) -> None:
        self._tree.evaluated(node, evaluation, self._snapshot)
        best = self._tree.best()
        await self._tell(Evaluated(node.candidate, best is node))

    async def _parent(self) -> Node | None:
        """The best candidate, evaluated on the data as they are now."""
        while True:
            best = self._tree.best()
            if best is None or best.snapshot == self._snapshot:
                return best
            await self._judge(best)
            if _verified(best):
                await self._settle(best)

    # --- the end -------------------------------------------------------------------------------------------

    async def _settle(self, node: Node) -> None:
        """Ends the search if the candidate holds on all data, those that came meanwhile too; else shows the misses."""
        newer = await self._problem.newer()
        if newer:
            self._checker.take(newer.transitions, newer.starts)
        check = await self._until_stopped(self._checker.evaluate_all(node.candidate.source, self._deadline), None)
        if check.evaluation.status is Status.VERIFIED:
            self._tree.evaluated(node, check.evaluation, self._snapshot)
            raise _EndedError("verified")
        if newer or check.missed:
            await self._checker.release(check.missed)
            self._snapshot += 1
            await self._tell(Resumed("newer data" if newer else "held-back transitions were missed"))
            await self._judge(node)
        else:
            await self._note(node, check.evaluation)

    async def _finish(self, reason: str) -> SearchResult:
        best = self._tree.best()
        if best is not None and reason != "verified" and not _failed(best):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._last_check(best), FINAL_SECONDS)
        candidate = best.candidate if best else None
        evaluation = candidate.evaluation if candidate else None
        status = evaluation.status if evaluation else Status.FAILED
        return SearchResult(
            status=status,
            reason="verified" if status is Status.VERIFIED else reason,
            best=candidate if status is not Status.FAILED else None,
            usage=self._usage(),
            candidates=len(self._tree),
            seconds=time.monotonic() - self._began,
            data_digest=self._checker.data_digest(),
            world=self._checker.world,
        )

    async def _last_check(self, node: Node) -> None:
        """The best so far on all data."""
        newer = await self._problem.newer()
        self._checker.take(newer.transitions, newer.starts)
        check = await self._checker.evaluate_all(node.candidate.source, self._deadline)
        self._tree.evaluated(node, check.evaluation, self._snapshot)

    # --- what it may spend ---------------------------------------------------------------------------------

    def _usage(self) -> Usage:
        return self._tree.usage() + self._lost

    def _waste(self, usage: Usage) -> None:
        self._lost += usage
        self._wasted += 1

    def _check_budget(self) -> None:
        """Ends the search when anything is spent."""
        used = self._usage()
        spent = {
            "seconds": time.monotonic() >= self._deadline,
            "candidates": len(self._tree) >= self._budget.candidates,
            "provider calls": used.calls >= self._budget.provider_calls,
            "tokens": used.tokens >= self._budget.tokens,
        }
        for name, over in spent.items():
            if over:
                raise _EndedError(f"budget: {name}")

    async def _until_stopped(self, work: Coroutine[Any, Any, T], deadline: float | None) -> T:
        """The result of ``work``, unless the search is stopped or the time is over first, which cancels it."""
        task = asyncio.ensure_future(work)
        stop = self._problem.stop or asyncio.Event()
        stopping = asyncio.ensure_future(stop.wait())
        timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
        try:
            await asyncio.wait({task, stopping}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
        finally:
            stopping.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
                if not task.cancelled():
                    task.exception()  # nobody asks for it any more
        raise _EndedError("cancelled" if stop.is_set() else "budget: seconds")


def _failed(node: Node) -> bool:
    evaluation = node.candidate.evaluation
    return evaluation is None or evaluation.status is Status.FAILED


def _verified(node: Node) -> bool:
    evaluation = node.candidate.evaluation
    return evaluation is not None and evaluation.status is Status.VERIFIED
