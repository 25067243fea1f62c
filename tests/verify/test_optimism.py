from collections.abc import Iterator

import pytest

from sandbox.data.records import Start, Success, World
from sandbox.process import ProcessSandbox
from synth_server.domain import Evaluation, Status
from synth_server.verify.optimism import choose
from synth_server.verify.options import VerifyOptions
from synth_server.verify.verifier import Verifier
from tests.verify.worlds import GOAL, STARTS, TRUE_PROGRAM, WORLD, good_data, state, walk

NO_PLAN = Start(state(0), GOAL)  # there is no key
UNPAID = walk(["left", "left", "right", "right"])  # fits many programs, and shows no success


@pytest.fixture
def frugal(sandbox: ProcessSandbox) -> Iterator[Verifier]:
    """Spends few nodes."""
    made = Verifier(sandbox, VerifyOptions(plan_nodes=5, total_plan_nodes=1000))
    yield made
    made.close()


async def check(
    verifier: Verifier, starts: list[Start], source: str = TRUE_PROGRAM, paid: bool = True, world: World = WORLD
) -> Evaluation:
    return await verifier.evaluate_program(world, good_data() if paid else UNPAID, starts, source)


async def test_a_start_with_a_plan_is_found(verifier: Verifier) -> None:
    found = await check(verifier, STARTS)
    assert (found.optimism.found, found.optimism.refuted, found.optimism.open) == (2, 0, 0)


async def test_a_refuted_start_blocks_while_the_rule_was_not_seen_to_pay(verifier: Verifier) -> None:
    found = await check(verifier, [*STARTS, NO_PLAN], paid=False)
    assert (found.fit, found.status) == (1.0, Status.PARTIAL)
    assert (found.optimism.found, found.optimism.refuted) == (2, 1)
    assert [(start.start, start.goal, start.blocking) for start in found.refuted] == [(NO_PLAN.digest(), GOAL, True)]


async def test_a_refuted_start_is_only_listed_once_the_rule_was_seen_to_pay(verifier: Verifier) -> None:
    found = await check(verifier, [*STARTS, NO_PLAN])
    assert found.status is Status.VERIFIED
    assert [start.blocking for start in found.refuted] == [False]
    assert found.score < 1.0


async def test_a_rule_that_paid_for_another_goal_was_not_seen_to_pay(verifier: Verifier) -> None:
    found = await check(verifier, [Start(NO_PLAN.state, "another goal")])
    assert found.status is Status.PARTIAL
    assert found.refuted[0].blocking


async def test_a_spent_budget_leaves_a_start_open_and_does_not_count_against(frugal: Verifier) -> None:
    found = await check(frugal, STARTS, paid=False)
    assert (found.optimism.open, found.optimism.found) == (2, 0)
    assert (found.status, found.refuted) == (Status.VERIFIED, ())


async def test_a_search_that_runs_out_of_time_is_open(sandbox: ProcessSandbox) -> None:
    verifier = Verifier(sandbox, VerifyOptions(plan_seconds=0.5))
    slow = TRUE_PROGRAM.replace(
        "    agent = state.one", "    if state.one('Agent').x == 3:\n        while True: pass\n    agent = state.one"
    )
    found = await check(verifier, [STARTS[1]], slow, paid=False)
    verifier.close()
    assert (found.fit, found.optimism.open) == (1.0, 1)


async def test_done_without_reward_is_no_success(verifier: Verifier) -> None:
    source = TRUE_PROGRAM.replace("return 1.0, True", "return 0.0, True")
    found = await check(verifier, STARTS, source, paid=False)
    assert (found.fit, found.optimism.refuted, found.status) == (1.0, 2, Status.PARTIAL)


async def test_reward_without_the_end_is_a_success_only_where_the_world_says_so(verifier: Verifier) -> None:
    source = TRUE_PROGRAM.replace("return 1.0, True", "return 1.0, False")
    assert (await check(verifier, STARTS, source, paid=False)).optimism.refuted == 2
    lenient = World("corridor", actions=WORLD.actions, success=Success(needs_done=False))
    assert (await check(verifier, STARTS, source, paid=False, world=lenient)).optimism.found == 2
    greedy = World("corridor", actions=WORLD.actions, success=Success(reward_above=1.0, needs_done=False))
    assert (await check(verifier, STARTS, source, paid=False, world=greedy)).optimism.refuted == 2


async def test_a_plan_that_does_not_replay_does_not_count(verifier: Verifier) -> None:
    """The program pays in the search, which asks often, and not in the replay, which asks a few times."""
    source = "asked = []\n" + TRUE_PROGRAM.replace(
        "    agent = next_state.one",
        "    asked.append(list(next_state))\n    return (1.0, True) if len(asked) > 4 else (0.0, False)\n"
        "    agent = next_state.one",
    )
    rows = UNPAID[:2]
    found = await verifier.evaluate_program(WORLD, rows, STARTS[:1], source)
    assert found.fit == 1.0
    assert (found.optimism.found, found.optimism.open, found.status) == (0, 1, Status.PARTIAL)
    assert "does not replay" in found.findings[0].detail


async def test_without_starts_optimism_is_unchecked(verifier: Verifier) -> None:
    found = await check(verifier, [])
    assert (found.optimism.unchecked, found.optimism.found, found.status) == (1, 0, Status.VERIFIED)


async def test_optimism_is_skipped_on_request(verifier: Verifier) -> None:
    found = await verifier.evaluate_program(WORLD, UNPAID, [NO_PLAN], TRUE_PROGRAM, skip_optimism=True)
    assert (found.optimism.unchecked, found.status) == (1, Status.VERIFIED)


async def test_optimism_is_not_tested_before_the_program_fits(verifier: Verifier) -> None:
    found = await check(verifier, STARTS, TRUE_PROGRAM.replace("agent.x += 1", "agent.x += 2"))
    assert (found.optimism.unchecked, found.optimism.found) == (2, 0)


async def test_a_program_that_fits_scores_above_one_that_does_not_although_its_starts_are_refuted(
    verifier: Verifier,
) -> None:
    starts = [Start(state(0, length=length), GOAL) for length in (5, 6, 7, 8)]
    fits = await check(verifier, starts, paid=False)
    wrong = await check(verifier, starts, TRUE_PROGRAM.replace("agent.x += 1", "agent.x += 2"), paid=False)
    assert (fits.fit, fits.optimism.refuted, wrong.optimism.unchecked) == (1.0, 4, 4)
    assert wrong.fit < 1.0
    assert wrong.score < fits.score


async def test_starts_that_cannot_block_come_last_and_are_left_out_where_another_blocks(verifier: Verifier) -> None:
    starts = [*STARTS, Start(NO_PLAN.state, "another goal")]
    found = await check(verifier, starts)
    assert (found.optimism.refuted, found.optimism.found, found.optimism.unchecked) == (1, 1, 1)  # two side by side


async def test_many_blocking_refutations_end_the_check_early(verifier: Verifier) -> None:
    starts = [Start(state(x, length=9), GOAL) for x in range(9)]
    found = await check(verifier, starts, paid=False)
    assert found.optimism.refuted == 4
    assert found.optimism.unchecked == 5


async def test_an_unknown_goal_of_a_start_is_refuted(verifier: Verifier) -> None:
    source = TRUE_PROGRAM.replace(
        "    agent = next_state.one",
        f"    if goal != {GOAL!r}:\n        raise UnknownGoal(goal)\n    agent = next_state.one",
    )
    found = await check(verifier, [Start(STARTS[0].state, "dance")], source)
    assert found.optimism.refuted == 1
    assert found.refuted[0].blocking


def test_at_most_so_many_starts_of_each_goal_are_tried() -> None:
    starts = [Start(state(0, keys=n), goal) for n in range(5) for goal in ("a", "b")]
    assert choose(starts + starts, 2) == starts[:4]
