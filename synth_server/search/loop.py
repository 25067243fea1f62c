"""The search: ask for programs, check them, ask for repairs, until one is verified or the budget ends."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random

from synth_server.domain import Budget, Candidate, Evaluation, Status
from synth_server.providers.protocol import Provider, ProviderExhaustedError, ProviderUnusableError, Request
from synth_server.search.arms import Choice, choices, gain, replay
from synth_server.search.ceiling import Ceiling
from synth_server.search.clock import Clock, EndedError
from synth_server.search.merging import Mergers
from synth_server.search.purse import Purse
from synth_server.search.requests import Reply, Requests
from synth_server.search.strategies import strategy
from synth_server.search.tree import Node, Tree
from synth_server.search.types import (
    Asked,
    Evaluated,
    Judge,
    Problem,
    Proposed,
    ProviderFailed,
    Resumed,
    SearchEvent,
    SearchResult,
    Started,
)
from synth_server.verify.checker import FullCheck
from synth_server.verify.verifier import Verifier

FAILURES_IN_A_ROW = 3  # of the provider, without any reply of a model, that end a search
FRUITLESS_IN_A_ROW = 50  # replies that are no new program
FINAL_SECONDS = 15.0  # for the last check of the best so far, after the budget's end
WARM_START_ID = "c0"


async def search(
    problem: Problem,
    provider: Provider,
    verifier: Verifier,
    budget: Budget,
    on_event: Callable[[SearchEvent], Awaitable[None]],
) -> SearchResult:
    """Searches for a program that fits all of the data and is optimistic about its starts.

    ``problem.recalled`` holds what an interrupted search had done: candidates with an evaluation are taken as they
    are, those without are evaluated, none is asked for again, requests that were under way are made again as they
    were, and all count against the budget. A candidate may be told as evaluated more than once, when the data that
    the search may see have grown.

    Raises:
        UnknownStrategyError: there is no such strategy.
        SandboxUnavailableError: the sandbox is gone.
    """
    world, transitions, starts = problem.world, problem.transitions, problem.starts
    checker = await verifier.open(world, transitions, starts, skip_optimism=problem.skip_optimism)
    run = Search(problem, provider, checker, budget, on_event)
    try:
        return await run.run()
    finally:
        await checker.close()


class Search:
    """The state of one search."""

    def __init__(
        self,
        problem: Problem,
        provider: Provider,
        checker: Judge,
        budget: Budget,
        on_event: Callable[[SearchEvent], Awaitable[None]],
    ) -> None:
        self._problem = problem
        self._provider = provider
        self._checker = checker
        self._budget = budget
        self._tell = on_event
        self._choose = strategy(problem.options.strategy)
        self._clock = Clock(budget.seconds, problem.spent_seconds, problem.stop)
        self._tree = Tree()
        self._snapshot = 0  # counts how often the visible data grew
        self._ceiling = Ceiling(checker)
        self._purse = Purse(budget)
        self._requests = Requests(provider, problem.options.order)
        self._mergers = Mergers()
        self._failed = self._fruitless = 0  # in a row
        self._number = 0  # of the last request; those that come to nothing have a number too

    async def run(self) -> SearchResult:
        """Searches to the end.

        Raises:
            SandboxUnavailableError: the sandbox is gone.
        """
        warming = asyncio.create_task(self._checker.warm())
        try:
            await self._announce()
            await self._recall()
            while True:
                await self._ask()
                await self._take(await self._clock.unless_over(self._requests.next(), self._clock.deadline))
        except EndedError as end:
            await self._requests.close()
            return await self._finish(str(end))
        finally:
            await self._requests.close()
            warming.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await warming

    # --- before the first request --------------------------------------------------------------------------

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
                await self._ceiling.problems(),
            )
        )

    async def _recall(self) -> None:
        """Puts what an interrupted search had done in place, and the warm start."""
        recalled = self._problem.recalled
        rows = len(self._checker.visible)
        for candidate in recalled.candidates:
            known = candidate.evaluation is not None and candidate.evaluation.transitions == rows
            self._tree.add(candidate, self._snapshot if known else -1)
            self._purse.spend(candidate.usage)
        for usage in recalled.failed.values():
            self._purse.spend(usage)
        self._number = max((one.number for one in recalled.asked), default=0)
        for node in list(self._tree):
            if node.candidate.evaluation is None:
                await self._judge(node)
        under_way = replay(self._tree, recalled)  # needs every verdict
        best = self._tree.best()
        if best is not None and _verified(best):
            await self._settle(best)
        for asked in under_way:
            self._launch(asked, asked_before=True)
        source = self._problem.warm_start
        if source is not None and self._tree.twin(source) is None:
            await self._try(Proposed(Candidate(WARM_START_ID, source, note="parent model"), _lines(source)))

    # --- asking --------------------------------------------------------------------------------------------

    async def _ask(self) -> None:
        """Makes requests until as many as may be are under way; ends the search when none is and none can be."""
        while len(self._requests) < self._problem.options.parallel:
            over = self._over()
            choice = None if over else await self._chosen()
            if choice is not None:
                parent, tries = choice.node, self._tree.tries(choice.node, choice.defect)
                asked = Asked(
                    self._number + 1,
                    parent.candidate.id if parent else None,
                    choice.defect,
                    len(self._tree),
                    tries.tried + tries.pending,
                )
                if self._launch(asked):
                    await self._tell(asked)
                    self._requests.begin(asked.number)
                    continue
                over = self._purse.empty() or "tokens"
            if len(self._requests):
                return
            if over:
                raise EndedError(f"budget: {over}")
            await self._show_more()

    def _launch(self, asked: Asked, *, asked_before: bool = False) -> bool:
        """Prepares a request; False when what is left of the budget does not cover it."""
        free = min(
            self._problem.options.parallel - len(self._requests),
            self._budget.candidates - len(self._tree) - len(self._requests),
        )
        allowance = self._purse.reserve(asked.number, max(1, free))
        if allowance is None:
            return False
        self._number = max(self._number, asked.number)
        parent = self._tree.get(asked.parent)
        tries = self._tree.tries(parent, asked.defect)
        request = Request(
            world=self._checker.world,
            transitions=self._checker.visible,
            starts=self._checker.starts,
            index=asked.number - 1,
            seed=self._problem.seed,
            parent=parent.candidate if parent else None,
            defect=asked.defect,
            attempt=asked.attempt,
            history=self._tree.history()[: asked.known],
            optimism=not self._problem.skip_optimism,
            warm_start=self._problem.warm_start,
            allowance=allowance,
            asked_before=asked_before,
        )
        tries.pending += 1
        self._requests.prepare(asked, request)
        if asked_before:
            self._requests.begin(asked.number)
        return True

    async def _chosen(self) -> Choice | None:
        """The arm to pull, of a program that was evaluated on the data as they are now."""
        while True:
            found = choices(self._tree)
            if not found:
                return None
            random = Random(f"{self._problem.seed}/{self._number + 1}")  # noqa: S311 - repeatable, not secret
            arm = self._choose([choice.arm for choice in found], gain(self._tree), random)
            if arm is None:
                return None
            choice = next(choice for choice in found if choice.arm is arm)
            if choice.node is None or choice.node.snapshot == self._snapshot:
                return choice
            await self._judge(choice.node)
            if _verified(choice.node):
                await self._settle(choice.node)

    # --- taking what comes ---------------------------------------------------------------------------------

    async def _take(self, reply: Reply) -> None:
        """Takes the outcome of one request in."""
        asked, outcome = reply.asked, reply.outcome
        parent = self._tree.get(asked.parent)
        tries = self._tree.tries(parent, asked.defect)
        tries.pending -= 1
        self._purse.settle(asked.number, reply.usage)
        if isinstance(outcome, Exception):
            await self._note_failure(asked, reply, outcome)
            return
        twin = self._tree.twin(outcome.source)
        if twin is not None:
            tries.tried += 1
            self._fruitless += 1
            self._failed = 0
            told = f"the same program as {twin.candidate.id}"
            await self._tell(ProviderFailed(told, asked.number, reply.usage, outcome.exchanges))
            if self._fruitless >= FRUITLESS_IN_A_ROW:
                raise EndedError("exhausted")
            return
        self._failed = self._fruitless = 0
        candidate = Candidate(
            f"c{asked.number}",
            outcome.source,
            asked.parent,
            outcome.note,
            reply.usage,
            provider=outcome.provider or self._provider.spec,
        )
        before = parent.score if parent else 0.0
        node = await self._try(
            Proposed(candidate, _lines(outcome.source), asked.number, asked.defect, outcome.exchanges)
        )
        self._tree.learn(tries, node, before)
        await self._merge()

    async def _note_failure(self, asked: Asked, reply: Reply, error: Exception) -> None:
        tries = self._tree.tries(self._tree.get(asked.parent), asked.defect)
        exchanges = getattr(error, "exchanges", ())
        await self._tell(ProviderFailed(str(error), asked.number, reply.usage, exchanges))
        if isinstance(error, ProviderUnusableError):
            raise EndedError(f"failed: {error}")
        if isinstance(error, ProviderExhaustedError):
            tries.closed = True
            if error.wholly:
                await self._show_more()
            return
        tries.tried += 1
        if any(not one.error for one in exchanges):
            self._fruitless += 1
        else:
            self._failed += 1
        if self._failed >= FAILURES_IN_A_ROW or self._fruitless >= FRUITLESS_IN_A_ROW:
            raise EndedError(f"failed: {error}")

    async def _merge(self) -> None:
        """Puts the best dynamics and the best rewards so far together, when they are of different programs."""
        while (found := self._mergers.next(self._tree)) is not None:
            if self._tree.twin(found.source) is None:
                await self._try(Proposed(found, _lines(found.source)))

    async def _try(self, proposed: Proposed) -> Node:
        node = self._tree.add(proposed.candidate)
        telling = asyncio.ensure_future(self._tell(proposed))  # stored while it is checked; both are done after this
        try:
            await self._judge(node, telling)
        finally:
            await telling
        if _verified(node):
            await self._settle(node)
        return node

    async def _judge(self, node: Node, telling: Awaitable[None] | None = None) -> None:
        """Evaluates a candidate on what the search may see; what is being told of it comes before the verdict."""
        evaluation = await self._clock.unless_over(
            self._checker.evaluate(node.candidate.source, self._clock.deadline), None
        )
        if telling is not None:
            await telling
        await self._note(node, evaluation)
        if reason := await self._ceiling.reached(node.candidate.evaluation):
            raise EndedError(reason)

    async def _note(self, node: Node, evaluation: Evaluation) -> None:
        self._tree.evaluated(node, evaluation, self._snapshot)
        best = self._tree.best()
        await self._tell(Evaluated(node.candidate, best is node))

    # --- the end -------------------------------------------------------------------------------------------

    async def _settle(self, node: Node) -> None:
        """Ends the search if the candidate holds on all data, those that came meanwhile too; else shows the misses."""
        newer = await self._problem.newer()
        if newer:
            self._checker.take(newer.transitions, newer.starts)
        check = await self._clock.unless_over(
            self._checker.evaluate_all(node.candidate.source, self._clock.deadline), None
        )
        if check.evaluation.status is Status.VERIFIED:
            self._tree.evaluated(node, check.evaluation, self._snapshot)
            raise EndedError("verified")
        if newer or check.missed:
            await self._reopen(node, check, "newer transitions" if newer else "held-back transitions were missed")
        else:
            await self._note(node, check.evaluation)

    async def _reopen(self, node: Node, check: FullCheck, why: str) -> None:
        """Shows the held-back rows that were missed, and goes on."""
        await self._checker.release(check.missed)
        self._snapshot += 1
        self._ceiling.forget()
        await self._tell(Resumed(why))
        await self._judge(node)

    async def _show_more(self) -> None:
        """Ends a search in which nothing is left to ask, unless the best program misses rows that are held back.

        Such rows may be what it takes to find a better one, and a program that fits all that it was shown is not told
        otherwise.
        """
        best = self._tree.best() if self._checker.held_back else None
        evaluation = best.candidate.evaluation if best is not None else None
        if best is None or evaluation is None or evaluation.status is Status.FAILED or evaluation.fit < 1:
            raise EndedError("exhausted")
        check = await self._clock.unless_over(
            self._checker.evaluate_all(best.candidate.source, self._clock.deadline), None
        )
        if not check.missed:
            raise EndedError("exhausted")
        await self._reopen(best, check, "held-back transitions were missed")

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
            usage=self._purse.spent,
            candidates=len(self._tree),
            seconds=self._clock.seconds(),
            data_digest=self._checker.data_digest(),
            world=self._checker.world,
        )

    async def _last_check(self, node: Node) -> None:
        """The best so far on all data."""
        newer = await self._problem.newer()
        self._checker.take(newer.transitions, newer.starts)
        check = await self._checker.evaluate_all(node.candidate.source, self._clock.deadline)
        self._tree.evaluated(node, check.evaluation, self._snapshot)

    def _over(self) -> str:
        """What is spent, if anything; candidates count those that are under way."""
        if self._clock.late():
            return "seconds"
        if len(self._tree) + len(self._requests) >= self._budget.candidates:
            return "candidates"
        return self._purse.empty()


def _lines(source: str) -> int:
    return len(source.splitlines())


def _failed(node: Node) -> bool:
    evaluation = node.candidate.evaluation
    return evaluation is None or evaluation.status is Status.FAILED


def _verified(node: Node) -> bool:
    evaluation = node.candidate.evaluation
    return evaluation is not None and evaluation.status is Status.VERIFIED
