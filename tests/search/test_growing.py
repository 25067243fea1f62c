from collections.abc import Sequence
from dataclasses import replace

from sandbox.data.records import Start, Transition
from synth_server.domain import Status
from synth_server.providers.protocol import ProviderExhaustedError, Request
from synth_server.search.types import (
    Evaluated,
    Newer,
    Resumed,
    Started,
)
from synth_server.verify.verifier import Verifier
from tests.search.helpers import NO_TAKE, PROBLEM, Asking, run, script
from tests.verify.worlds import GOAL, TRUE_PROGRAM, good_data, many, state, walk


class Growing:
    """A world to which something is added once."""

    def __init__(self, transitions: Sequence[Transition] = (), starts: Sequence[Start] = ()) -> None:
        self._newer = Newer(transitions, starts)

    async def __call__(self) -> Newer:
        newer, self._newer = self._newer, Newer()
        return newer


async def test_newer_rows_that_are_missed_reopen_the_search(verifier: Verifier) -> None:
    problem = replace(PROBLEM, transitions=walk(["left", "left", "right"]), starts=[], newer=Growing(good_data()))
    seen: list[int] = []

    def answer(request: Request) -> str:
        seen.append(len(request.transitions))
        return [NO_TAKE, TRUE_PROGRAM][request.index]

    result, log = await run(verifier, Asking(answer), problem)
    assert result.status is Status.VERIFIED
    assert seen[0] == 3
    assert seen[1] > 20
    assert log.of(Resumed)[0].reason == "newer transitions"
    assert [event.candidate.id for event in log.of(Evaluated)] == ["c1", "c1", "c2"]
    assert result.data_digest != log.of(Started)[0].data_digest


async def test_newer_rows_that_fit_are_covered_by_the_result(verifier: Verifier) -> None:
    problem = replace(PROBLEM, transitions=walk(["left", "left"]), newer=Growing(good_data()))
    result, _ = await run(verifier, script(TRUE_PROGRAM), problem)
    assert result.status is Status.VERIFIED
    assert result.best is not None
    assert result.best.evaluation is not None
    assert result.best.evaluation.transitions > 20


async def test_a_newer_start_without_a_plan_reopens_the_search(verifier: Verifier) -> None:
    rows = walk(["left", "left"])
    problem = replace(PROBLEM, transitions=rows, newer=Growing(starts=[Start(state(0), GOAL)]))
    result, log = await run(verifier, script(TRUE_PROGRAM), problem)
    assert (result.status, result.reason) == (Status.PARTIAL, "exhausted")
    assert result.best is not None
    assert result.best.evaluation is not None
    assert result.best.evaluation.refuted[0].blocking
    assert len(log.of(Resumed)) == 1


async def test_missed_rows_that_were_held_back_are_shown_and_the_search_goes_on(verifier: Verifier) -> None:
    def overfit(request: Request) -> str:
        unseen = set(range(300)) - {row.state.of("Agent")[0].x for row in request.transitions}
        return TRUE_PROGRAM.replace('if action == "right" and', f'if agent.x not in {unseen} and action == "right" and')

    provider = Asking(lambda request: overfit(request) if request.index == 0 else TRUE_PROGRAM)
    result, log = await run(verifier, provider, replace(PROBLEM, transitions=many(300), starts=[]))
    assert result.status is Status.VERIFIED
    assert result.best is not None
    assert result.best.evaluation is not None
    assert (result.best.evaluation.held_back_fit, result.best.evaluation.transitions) == (1.0, 300)
    assert log.of(Resumed)[0].reason == "held-back transitions were missed"
    shown = [{row.digest() for row in request.transitions} for request in provider.requests]
    assert (len(shown[0]), len(shown[1]), len(shown[1] - shown[0])) == (270, 270, 30)


async def test_before_a_search_without_a_plan_ends_it_shows_what_was_held_back_and_missed(verifier: Verifier) -> None:
    """A provider that has nothing further for what it was shown may have more for what it was not."""
    hopeless = TRUE_PROGRAM.replace("return 1.0, True", "return 0.0, False")
    assert hopeless != TRUE_PROGRAM

    def answer(request: Request) -> str:
        unseen = set(range(300)) - {row.state.of("Agent")[0].x for row in request.transitions}
        if len(unseen) == 30 and request.index > 0:
            raise ProviderExhaustedError("that is all")
        if request.index == 0:
            return hopeless.replace('if action == "right" and', f'if agent.x not in {unseen} and action == "right" and')
        return TRUE_PROGRAM

    provider = Asking(answer)
    problem = replace(PROBLEM, transitions=many(300), starts=[Start(state(0), GOAL)])
    _, log = await run(verifier, provider, problem)
    assert "held-back transitions were missed" in [event.reason for event in log.of(Resumed)]
    shown = [{row.digest() for row in request.transitions} for request in provider.requests]
    assert any(len(rows - shown[0]) == 30 for rows in shown)


async def test_the_best_so_far_is_checked_on_what_was_held_back(verifier: Verifier) -> None:
    wrong_end = TRUE_PROGRAM.replace("return 0.0, False", "return 0.5, False")
    result, _ = await run(verifier, script(wrong_end), replace(PROBLEM, transitions=many(300), starts=[]))
    assert result.best is not None
    assert result.best.evaluation is not None
    assert (result.best.evaluation.held_back_fit, result.best.evaluation.next_state_fit) == (0.0, 1.0)


async def test_optimism_is_skipped_on_request(verifier: Verifier) -> None:
    problem = replace(PROBLEM, transitions=walk(["left"]), starts=[Start(state(0), GOAL)])
    assert (await run(verifier, script(TRUE_PROGRAM), problem))[0].status is Status.PARTIAL
    skipping = replace(problem, skip_optimism=True)
    result, _ = await run(verifier, script(TRUE_PROGRAM), skipping)
    assert result.status is Status.VERIFIED
