import asyncio
import time
from dataclasses import replace

import pytest

from synth_server.domain import Budget, Candidate, Status, Usage
from synth_server.providers.protocol import Proposal, ProviderError, ProviderExhaustedError, Request
from synth_server.providers.scripted import Entry, ScriptedProvider
from synth_server.search.loop import FRUITLESS_IN_A_ROW, search
from synth_server.search.types import (
    Evaluated,
    Proposed,
    ProviderFailed,
    Started,
)
from synth_server.verify.verifier import Verifier
from tests.search.helpers import BROKEN, HANGS, NO_LEFT, NO_TAKE, PROBLEM, Asking, Log, run, script
from tests.verify.worlds import IDENTITY_PROGRAM, STARTS, TRUE_PROGRAM, WORLD, good_data, many, walk


async def test_a_right_first_program_is_verified_at_once(verifier: Verifier) -> None:
    result, log = await run(verifier, script(TRUE_PROGRAM))
    assert (result.status, result.reason, result.candidates) == (Status.VERIFIED, "verified", 1)
    assert result.best is not None
    assert result.best.evaluation is not None
    assert (result.best.id, result.best.source, result.best.evaluation.fit) == ("c1", TRUE_PROGRAM, 1.0)
    assert (result.usage.calls, result.usage.tokens) == (1, 100)
    assert result.world == WORLD
    assert log.kinds() == ["Started", "Asked", "Proposed", "Evaluated"]
    assert log.of(Proposed)[0].lines == len(TRUE_PROGRAM.splitlines())


async def test_the_start_tells_what_is_searched(verifier: Verifier) -> None:
    result, log = await run(verifier, script(TRUE_PROGRAM))
    started = log.of(Started)[0]
    rows = len({row.digest() for row in good_data()})
    assert (started.world, started.provider, started.held_back) == ("corridor", "scripted:test", 0)
    assert (started.transitions, started.starts, started.data_digest) == (rows, 2, result.data_digest)


async def test_the_best_so_far_is_refined_until_one_is_right(verifier: Verifier) -> None:
    answers = [IDENTITY_PROGRAM, NO_TAKE, TRUE_PROGRAM]
    provider = Asking(lambda request: answers[request.index])
    result, log = await run(verifier, provider)
    assert (result.status, result.candidates) == (Status.VERIFIED, 3)
    assert [event.best_so_far for event in log.of(Evaluated)] == [True, True, True]
    parents = [request.parent.id if request.parent else None for request in provider.requests]
    assert parents == [None, "c1", "c2"]
    last = provider.requests[-1]
    assert last.parent is not None
    assert last.parent.evaluation is not None
    assert last.parent.evaluation.mispredictions
    assert [candidate.id for candidate in last.history] == ["c1", "c2"]
    assert (len(last.transitions), list(last.starts)) == (log.of(Started)[0].transitions, STARTS)


async def test_a_worse_repair_is_not_refined_further(verifier: Verifier) -> None:
    answers = [NO_TAKE, IDENTITY_PROGRAM, TRUE_PROGRAM]
    provider = Asking(lambda request: answers[request.index])
    _, log = await run(verifier, provider)
    assert [event.best_so_far for event in log.of(Evaluated)] == [True, False, True]
    assert provider.requests[2].parent is not None
    assert provider.requests[2].parent.id == "c1"


@pytest.mark.parametrize(
    ("budget", "reason", "candidates"),
    [
        (Budget(candidates=2), "budget: candidates", 2),
        (Budget(provider_calls=1), "budget: provider calls", 1),
        (Budget(tokens=150), "budget: tokens", 2),
    ],
)
async def test_a_spent_budget_ends_with_the_best_so_far(
    verifier: Verifier, budget: Budget, reason: str, candidates: int
) -> None:
    result, _ = await run(verifier, script(NO_TAKE, IDENTITY_PROGRAM, NO_LEFT, TRUE_PROGRAM), budget=budget)
    assert (result.status, result.reason, result.candidates) == (Status.PARTIAL, reason, candidates)
    assert result.best is not None
    assert result.best.source == NO_TAKE


async def test_time_ends_a_search_whose_provider_is_slow(verifier: Verifier) -> None:
    provider = ScriptedProvider("scripted:test", [Entry(NO_TAKE), Entry(TRUE_PROGRAM, delay=60)])
    began = time.monotonic()
    result, _ = await run(verifier, provider, budget=Budget(seconds=1.0))
    assert time.monotonic() - began < 5
    assert (result.reason, result.candidates) == ("budget: seconds", 1)
    assert result.best is not None
    assert result.best.source == NO_TAKE


async def test_seconds_spent_before_a_restart_count(verifier: Verifier) -> None:
    result, _ = await run(verifier, script(NO_TAKE), replace(PROBLEM, spent_seconds=100.0))
    assert (result.reason, result.best, result.status) == ("budget: seconds", None, Status.FAILED)
    assert result.seconds >= 100


async def test_a_provider_with_nothing_further_ends_the_search(verifier: Verifier) -> None:
    result, log = await run(verifier, script(NO_TAKE))
    assert (result.status, result.reason) == (Status.PARTIAL, "exhausted")
    assert "1 entries" in log.of(ProviderFailed)[0].reason


async def test_programs_seen_before_are_paid_for_and_not_evaluated_again(verifier: Verifier) -> None:
    twin = '"""Another text, the same program."""\n# as before\n' + NO_TAKE
    result, log = await run(verifier, script(NO_TAKE, NO_TAKE, twin, TRUE_PROGRAM))
    assert (result.reason, result.candidates, result.usage.calls) == ("verified", 2, 4)
    assert len(log.of(Evaluated)) == 2
    assert [event.reason for event in log.of(ProviderFailed)] == ["the same program as c1"] * 2


async def test_a_provider_that_repeats_itself_for_ever_ends_the_search(verifier: Verifier) -> None:
    result, _ = await run(verifier, Asking(lambda _: NO_TAKE), budget=Budget(provider_calls=1000))
    assert (result.reason, result.candidates, result.usage.calls) == ("exhausted", 1, 1 + FRUITLESS_IN_A_ROW)


async def test_a_provider_that_fails_is_asked_again(verifier: Verifier) -> None:
    provider = ScriptedProvider("scripted:test", [Entry(error="overloaded"), Entry(error="late"), Entry(TRUE_PROGRAM)])
    result, log = await run(verifier, provider)
    assert result.status is Status.VERIFIED
    assert [event.reason for event in log.of(ProviderFailed)] == ["overloaded", "late"]
    assert result.best is not None
    assert result.best.id == "c3"


async def test_a_provider_that_keeps_failing_ends_the_search(verifier: Verifier) -> None:
    provider = ScriptedProvider("scripted:test", [Entry(error="no key")] * 9)
    result, log = await run(verifier, provider)
    assert (result.status, result.reason, result.best) == (Status.FAILED, "failed: no key", None)
    assert len(log.of(ProviderFailed)) == 3


async def test_programs_that_do_not_run_are_nothing_to_deliver(verifier: Verifier) -> None:
    result, log = await run(verifier, script(BROKEN))
    assert (result.status, result.best, result.candidates) == (Status.FAILED, None, 1)
    assert "line 1" in log.of(Evaluated)[0].candidate.evaluation.error


async def test_a_fitting_parent_model_is_verified_without_asking(verifier: Verifier) -> None:
    result, _ = await run(verifier, script(), replace(PROBLEM, warm_start=TRUE_PROGRAM))
    assert (result.status, result.usage.calls) == (Status.VERIFIED, 0)
    assert result.best is not None
    assert (result.best.id, result.best.note) == ("c0", "parent model")


async def test_an_outdated_parent_model_is_where_the_search_begins(verifier: Verifier) -> None:
    provider = Asking(lambda _: TRUE_PROGRAM)
    result, _ = await run(verifier, provider, replace(PROBLEM, warm_start=NO_TAKE))
    assert result.status is Status.VERIFIED
    assert provider.requests[0].warm_start == NO_TAKE
    assert provider.requests[0].parent is not None
    assert provider.requests[0].parent.id == "c0"


# --- stop, cancel, resume --------------------------------------------------------------------------------------


async def test_stopping_in_the_middle_of_an_evaluation_delivers_the_best_so_far(verifier: Verifier) -> None:
    stop = asyncio.Event()
    log = Log()
    problem = replace(PROBLEM, stop=stop)
    searching = asyncio.create_task(search(problem, script(NO_TAKE, HANGS), verifier, Budget(), log))
    await log.proposals(2)
    stop.set()
    result = await asyncio.wait_for(searching, 3)
    assert (result.reason, result.status) == ("cancelled", Status.PARTIAL)
    assert result.best is not None
    assert result.best.source == NO_TAKE


async def test_cancelling_in_the_middle_of_an_evaluation_ends_at_once(verifier: Verifier) -> None:
    log = Log()
    searching = asyncio.create_task(search(PROBLEM, script(HANGS), verifier, Budget(), log))
    await log.proposals(1)
    searching.cancel()
    began = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await searching
    assert time.monotonic() - began < 3
    assert (await run(verifier, script(TRUE_PROGRAM)))[0].status is Status.VERIFIED


async def test_cancelling_while_the_provider_thinks_ends_it(verifier: Verifier) -> None:
    ended = asyncio.Event()

    class Thinking(Asking):
        async def propose(self, request: Request) -> Proposal:
            try:
                await asyncio.sleep(60)
            finally:
                ended.set()
            raise ProviderError("never")

    searching = asyncio.create_task(search(PROBLEM, Thinking(lambda _: ""), verifier, Budget(), Log()))
    await asyncio.sleep(0.2)
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    assert ended.is_set()


async def test_a_search_goes_on_from_its_history_without_asking_again(verifier: Verifier) -> None:
    _, before = await run(verifier, script(IDENTITY_PROGRAM, NO_TAKE), budget=Budget(candidates=2))
    first, second = (event.candidate for event in before.of(Evaluated))
    history = [first, replace(second, evaluation=None)]  # it was stored, and the server died before its evaluation
    provider = Asking(lambda _: TRUE_PROGRAM)
    result, log = await run(verifier, provider, replace(PROBLEM, resumed="server restarted"), history=history)
    assert log.kinds() == ["Resumed", "Evaluated", "Asked", "Proposed", "Evaluated"]
    assert log.of(Evaluated)[0].candidate.id == "c2"
    assert [(request.index, request.parent.id) for request in provider.requests if request.parent] == [(2, "c2")]
    assert (result.best.id if result.best else "", result.candidates) == ("c3", 3)
    assert result.usage.calls == 3


async def test_history_counts_against_the_budget(verifier: Verifier) -> None:
    history = [Candidate("c1", NO_TAKE, usage=Usage(1, 10)), Candidate("c2", NO_LEFT, usage=Usage(1, 10))]
    result, _ = await run(verifier, script(), budget=Budget(candidates=2), history=history)
    assert (result.reason, result.usage.tokens) == ("budget: candidates", 20)
    assert result.best is not None


async def test_a_verified_candidate_of_the_history_ends_the_search(verifier: Verifier) -> None:
    _, before = await run(verifier, script(TRUE_PROGRAM))
    result, log = await run(verifier, script(), history=[before.of(Evaluated)[0].candidate])
    assert (result.status, log.kinds()) == (Status.VERIFIED, ["Started"])


async def test_evaluations_of_other_data_are_made_anew(verifier: Verifier) -> None:
    _, before = await run(verifier, script(TRUE_PROGRAM), replace(PROBLEM, transitions=walk(["left"])))
    stale = before.of(Evaluated)[0].candidate
    provider = Asking(lambda _: TRUE_PROGRAM)
    result, _ = await run(verifier, provider, history=[replace(stale, source=NO_TAKE)])
    assert provider.requests[0].parent is not None
    assert provider.requests[0].parent.evaluation is not None
    assert provider.requests[0].parent.evaluation.fit < 1.0
    assert result.status is Status.VERIFIED


async def test_exhaustion_at_once_is_a_failure(verifier: Verifier) -> None:
    def nothing(_: Request) -> str:
        raise ProviderExhaustedError("no idea")

    result, log = await run(verifier, Asking(nothing))
    assert (result.status, result.reason, log.kinds()) == (
        Status.FAILED,
        "exhausted",
        ["Started", "Asked", "ProviderFailed"],
    )


async def test_a_memoriser_is_not_settled_for_and_counts_for_nothing(verifier: Verifier) -> None:
    places = list(range(300))
    carrying = TRUE_PROGRAM.replace('if action == "right" and', f'if agent.x in {places} and action == "right" and')
    provider = Asking(lambda request: carrying if request.index == 0 else TRUE_PROGRAM)
    result, log = await run(verifier, provider, replace(PROBLEM, transitions=many(300), starts=[]))
    first = log.of(Evaluated)[0].candidate.evaluation
    assert first is not None
    assert (first.fit, first.score, first.status) == (1.0, 0.0, Status.PARTIAL)
    assert [finding.kind for finding in first.findings] == ["memoriser"]
    assert result.best is not None
    assert (result.status, result.best.source) == (Status.VERIFIED, TRUE_PROGRAM)
