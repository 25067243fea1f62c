"""Requests side by side: what is told, how a search is repeated, and how it goes on where it was."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bench.planted import Planted, PlantedJudge
from synth_server.domain import Budget, Candidate, Usage
from synth_server.providers.protocol import Defect, Proposal, ProviderUnusableError, Request
from synth_server.search.loop import Search
from synth_server.search.types import (
    Asked,
    Evaluated,
    Problem,
    Proposed,
    ProviderFailed,
    Recalled,
    SearchEvent,
    SearchOptions,
    SearchResult,
)
from synth_server.verify.verifier import Verifier
from tests.search.helpers import NO_LEFT, NO_TAKE, PROBLEM, Asking, Log, run
from tests.verify.worlds import IDENTITY_PROGRAM, TRUE_PROGRAM

RATES = (0.0, 0.1, 0.3, 0.6)
BUDGET = Budget(seconds=3600, candidates=600, provider_calls=600)


async def planted(
    seed: int, options: SearchOptions, recalled: Recalled | None = None, budget: Budget = BUDGET, noise: int = 0
) -> tuple[SearchResult, Log]:
    log = Log()
    problem = Problem(
        PlantedJudge.world,
        (),
        (),
        seed=seed,
        options=options,
        recalled=recalled or Recalled(),
        resumed="x" if recalled else "",
    )
    provider = Late(Planted(RATES, seed), noise) if noise else Planted(RATES, seed)
    return await Search(problem, provider, PlantedJudge(), budget, log).run(), log


@dataclass
class Late:
    """Lets replies come in an order of its own."""

    inner: Planted
    noise: int
    spec: str = "late"

    async def propose(self, request: Request) -> Proposal:
        for _ in range((request.index * 7919 + self.noise) % 13):
            await asyncio.sleep(0)
        return await self.inner.propose(request)

    async def close(self) -> None:
        pass


def shape(events: Sequence[SearchEvent]) -> list[object]:
    """What makes two searches the same: requests, programs, verdicts."""
    told: list[object] = []
    for event in events:
        match event:
            case Proposed(candidate):
                told.append((candidate.id, candidate.parent, candidate.source))
            case Evaluated(candidate):
                told.append((candidate.id, candidate.evaluation))
            case Asked() | ProviderFailed():
                told.append(event)
    return told


async def test_one_at_a_time_a_search_repeats_itself_exactly() -> None:
    first, second = [await planted(3, SearchOptions()) for _ in range(2)]
    assert shape(first[1].events) == shape(second[1].events)
    assert shape((await planted(4, SearchOptions()))[1].events) != shape(first[1].events)


async def test_side_by_side_a_search_repeats_itself_in_the_recorded_order() -> None:
    _, log = await planted(3, SearchOptions("breadth-first", parallel=4), noise=1)
    order = [e.number for e in log.events if isinstance(e, Proposed | ProviderFailed) and e.number]
    assert order != sorted(order)
    again = SearchOptions("breadth-first", parallel=4, order=order)
    for noise in (2, 5):
        _, repeated = await planted(3, again, noise=noise)
        assert shape(repeated.events) == shape(log.events)


async def test_as_many_requests_as_wanted_are_under_way() -> None:
    most = now = 0

    class Counting(Planted):
        async def propose(self, request: Request) -> Proposal:
            nonlocal most, now
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.001)
            now -= 1
            return await super().propose(request)

    problem = Problem(PlantedJudge.world, (), (), options=SearchOptions("greedy", parallel=3))
    await Search(problem, Counting(RATES, 1), PlantedJudge(), replace(BUDGET, provider_calls=30), Log()).run()
    assert most == 3


async def test_the_budget_holds_to_the_last_call_with_many_under_way() -> None:
    for calls in (1, 2, 5, 17):
        budget = replace(BUDGET, provider_calls=calls)
        result, log = await planted(1, SearchOptions("breadth-first", parallel=4), budget=budget)
        assert (result.usage.calls, result.reason) == (calls, "budget: provider calls")
        assert len(log.of(Asked)) == calls
    result, _ = await planted(1, SearchOptions("breadth-first", parallel=4), budget=replace(BUDGET, candidates=6))
    assert (result.candidates, result.reason) == (6, "budget: candidates")


async def test_an_interrupted_search_goes_on_as_if_it_had_not_been() -> None:
    whole, log = await planted(5, SearchOptions())
    for cut in range(2, len(log.events), 7):
        done = log.events[:cut]
        result, rest = await planted(5, SearchOptions(), recalled=stored(done))
        assert result.usage == whole.usage
        assert result.best == whole.best
        assert shape(log.events)[: len(shape(done))] == shape(done)
        assert shape(rest.events)[-1] == shape(log.events)[-1]


def stored(events: Sequence[SearchEvent]) -> Recalled:
    """What the store has of these events."""
    candidates: dict[str, Candidate] = {}
    for event in events:
        if isinstance(event, Proposed | Evaluated):
            candidates[event.candidate.id] = event.candidate
    asked = [event for event in events if isinstance(event, Asked)]
    failed = {event.number: event.usage for event in events if isinstance(event, ProviderFailed)}
    return Recalled(list(candidates.values()), asked, failed)


async def test_requests_that_were_under_way_are_made_again_as_they_were(verifier: Verifier) -> None:
    first = (await run(verifier, Asking(lambda _: NO_TAKE), budget=Budget(candidates=1)))[1].of(Evaluated)[0].candidate
    asked = [Asked(1), Asked(2, "c1", Defect.NEXT_STATE, known=1), Asked(3, known=1, attempt=1)]
    recalled = Recalled([first], asked, failed={})
    provider = Asking(lambda request: {1: TRUE_PROGRAM, 2: NO_LEFT}[request.index])
    problem = replace(PROBLEM, recalled=recalled, resumed="server restarted", options=SearchOptions(parallel=2))
    result, log = await run(verifier, provider, problem)
    assert result.best is not None
    assert result.best.source == TRUE_PROGRAM
    again = {request.index: request for request in provider.requests}
    assert again.keys() == {1, 2}
    assert all(request.asked_before for request in again.values())
    assert (again[1].parent.id if again[1].parent else None, again[1].defect) == ("c1", Defect.NEXT_STATE)
    assert (again[2].parent, again[2].attempt, again[2].history) == (None, 1, again[1].history)
    assert not log.of(Asked)


async def test_what_came_to_nothing_counts_after_a_restart_too(verifier: Verifier) -> None:
    recalled = Recalled([], [Asked(1), Asked(2)], {1: Usage(3, 500, 0.5), 2: Usage(1, 100, 0.25)})
    problem = replace(PROBLEM, recalled=recalled, resumed="server restarted")
    result, _ = await run(verifier, Asking(lambda _: TRUE_PROGRAM), problem)
    assert result.usage == Usage(5, 700, 0.75)
    result, _ = await run(verifier, Asking(lambda _: TRUE_PROGRAM), problem, Budget(cost_usd=0.75))
    assert (result.reason, result.candidates) == ("budget: US dollars", 0)


async def test_an_unusable_provider_ends_the_search_at_once(verifier: Verifier) -> None:
    def no_key(_: Request) -> str:
        raise ProviderUnusableError("the key is not accepted", Usage(1))

    result, log = await run(verifier, Asking(no_key))
    assert (result.reason, len(log.of(Asked))) == ("failed: the key is not accepted", 1)


@dataclass
class Parts:
    """Answers with a program that moves rightly, then with one that pays rightly."""

    requests: list[Request] = field(default_factory=list)
    spec: str = "parts"

    async def propose(self, request: Request) -> Proposal:
        self.requests.append(request)
        moves = TRUE_PROGRAM.replace("return 1.0, True", "return 0.5, True")
        pays = NO_TAKE.replace("agent.x -= 1", "agent.x -= 2")
        return Proposal([moves, pays, IDENTITY_PROGRAM][request.index], Usage(calls=1))

    async def close(self) -> None:
        pass


async def test_right_dynamics_and_right_rewards_of_two_programs_are_put_together(verifier: Verifier) -> None:
    provider = Parts()
    result, log = await run(verifier, provider)
    assert result.best is not None
    assert (result.status, result.best.id, result.usage.calls) == ("verified", "m1", 2)
    assert result.best.note == "transition of c1, reward of c2"
    assert (log.of(Proposed)[-1].number, result.best.provider) == (0, "search")
