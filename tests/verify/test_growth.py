from sandbox.data.records import Start
from synth_server.domain import Status
from synth_server.verify.verifier import Verifier
from tests.verify.worlds import GOAL, IDENTITY_PROGRAM, STARTS, TRUE_PROGRAM, WORLD, good_data, many, state, walk


async def test_the_search_does_not_see_what_is_held_back(verifier: Verifier) -> None:
    checker = await verifier.open(WORLD, many(300), [])
    assert (len(checker.visible), checker.held_back, checker.transitions) == (270, 30, 300)
    seen = await checker.evaluate(TRUE_PROGRAM)
    assert (seen.transitions, seen.held_back_fit) == (270, None)
    everything = (await checker.evaluate_all(TRUE_PROGRAM)).evaluation
    assert (everything.transitions, everything.held_back_fit, everything.status) == (300, 1.0, Status.VERIFIED)
    await checker.close()


async def test_a_memoriser_is_found_out_by_the_rows_held_back(verifier: Verifier) -> None:
    checker = await verifier.open(WORLD, many(300), [])
    places = [row.state.of("Agent")[0].x for row in checker.visible]
    source = TRUE_PROGRAM.replace('if action == "right" and', f'if agent.x in {places} and action == "right" and')
    assert (await checker.evaluate(source)).fit == 1.0
    check = await checker.evaluate_all(source)
    assert (check.evaluation.held_back_fit, check.evaluation.status) == (0.0, Status.PARTIAL)
    assert "held_back_gap" in {finding.kind for finding in check.evaluation.findings}
    assert len(check.missed) == 30
    held = {row.digest for row in check.missed}
    await checker.release(check.missed)
    assert held <= {row.digest() for row in checker.visible}
    assert checker.held_back == 30
    assert (await checker.evaluate(source)).fit < 1.0
    await checker.close()


async def test_newer_rows_are_checked_before_they_are_shown(verifier: Verifier) -> None:
    checker = await verifier.open(WORLD, walk(["left", "left"]), STARTS)
    before = checker.data_digest()
    assert (await checker.evaluate(IDENTITY_PROGRAM)).next_state_fit == 0.5
    checker.take(good_data(), [Start(state(3, key_at=[1]), GOAL)])
    assert len(checker.visible) == 2
    check = await checker.evaluate_all(TRUE_PROGRAM)
    assert (check.missed, check.evaluation.status, check.evaluation.optimism.found) == ((), Status.VERIFIED, 3)
    assert checker.data_digest() != before
    check = await checker.evaluate_all(IDENTITY_PROGRAM)
    await checker.release(check.missed)
    assert len(checker.visible) == checker.transitions > 2
    check = await checker.evaluate_all(TRUE_PROGRAM)
    assert check.evaluation.optimism.found == 3
    await checker.close()


async def test_a_program_that_cannot_be_loaded_misses_nothing_in_particular(verifier: Verifier) -> None:
    checker = await verifier.open(WORLD, many(300), [])
    check = await checker.evaluate_all("nonsense(")
    await checker.close()
    assert (check.missed, check.evaluation.status) == ((), Status.FAILED)


async def test_schemas_that_nobody_gave_are_inferred(verifier: Verifier) -> None:
    checker = await verifier.open(type(WORLD)("corridor"), good_data(), STARTS)
    assert checker.world.actions == WORLD.actions
    assert (await checker.evaluate(TRUE_PROGRAM)).optimism.found == 2
    await checker.close()
