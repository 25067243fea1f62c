"""Promise 6: what depends on the order of rows, of objects or of sets, or on chance, is reported and not verified."""

import pytest

from synth_server.domain import Evaluation, Status
from synth_server.verify.verifier import Verifier
from tests.verify.worlds import STARTS, TRUE_PROGRAM, WORLD, good_data, state, walk

ROWS = [*good_data(), *walk(["take", "right", "take", "left", "take"], state(2, key_at=[2, 3, 5]))]

UNTRUE = TRUE_PROGRAM.replace("    agent = state.one", "    {line}\n    agent = state.one", 1)


def kinds(found: Evaluation) -> list[str]:
    return [finding.kind for finding in found.findings]


def program(line: str, head: str = "") -> str:
    return head + UNTRUE.replace("{line}", line)


@pytest.mark.parametrize(
    "source",
    [
        program("if hash('salt') % 7 == 5: return state"),
        program("if next(iter({'left', 'right', 'take', 'wait'})) == 'left': return state"),
        program("if list(state)[0].type == 'Agent': return state"),
        program("if state.of('Agent') and [o.type for o in state][-1] == 'Agent': return state"),
        program("calls.append(1)\n    if len(calls) % 5 == 3: return state", "calls = []\n"),
        program("seen.append(repr(state))\n    if len(seen) > 1 and seen[-2] < seen[-1]: return state", "seen = []\n"),
    ],
    ids=["hash", "order of a set", "first object", "last object", "number of calls", "the call before"],
)
async def test_a_program_that_depends_on_what_it_may_not_is_not_verified(verifier: Verifier, source: str) -> None:
    found = await verifier.evaluate_program(WORLD, ROWS, STARTS, source)
    assert found.error == ""
    assert "nondeterministic" in kinds(found)
    assert found.status is Status.PARTIAL
    assert found.fit < 1.0


async def test_what_differs_though_both_are_wrong_is_told_too(verifier: Verifier) -> None:
    wrong = TRUE_PROGRAM.replace("return state\n", "agent.keys = 50 + hash('salt') % 1000\n    return state\n", 1)
    found = await verifier.evaluate_program(WORLD, ROWS, STARTS, wrong)
    assert "nondeterministic" in kinds(found)
    assert found.next_state_fit == 0.0


async def test_a_reward_that_depends_on_the_seed_is_found(verifier: Verifier) -> None:
    source = TRUE_PROGRAM.replace("return 0.0, False", "return (hash('salt') % 1000) / 1000, False")
    found = await verifier.evaluate_program(WORLD, ROWS, STARTS, source)
    assert "nondeterministic" in kinds(found)
    assert (found.next_state_fit, found.status) == (1.0, Status.PARTIAL)


async def test_sets_and_hashes_that_do_not_show_are_nobodys_affair(verifier: Verifier) -> None:
    source = program("order = sorted({hash(o.type) for o in state})\n    assert len(order) >= 2")
    found = await verifier.evaluate_program(WORLD, ROWS, STARTS, source)
    assert (found.status, found.findings) == (Status.VERIFIED, ())


async def test_the_search_is_told_before_it_signs(verifier: Verifier) -> None:
    source = program("if list(state)[0].type == 'Key': return state")
    checker = await verifier.open(WORLD, walk(["right", "left", "right"], state(0, key_at=[3])), [])
    seen = await checker.evaluate(source)
    found = (await checker.evaluate_all(source)).evaluation
    await checker.close()
    assert (seen.fit, kinds(seen)) == (1.0, [])
    assert "nondeterministic" in kinds(found)
    assert found.status is Status.PARTIAL


async def test_errors_alike_are_no_difference(verifier: Verifier) -> None:
    source = program("if action == 'left': raise ValueError(f'{object()} {state!r}')")
    found = await verifier.evaluate_program(WORLD, ROWS, STARTS, source)
    assert 0 < found.fit < 1
    assert kinds(found) == []


async def test_a_program_as_good_as_no_program_is_told_so(verifier: Verifier) -> None:
    nothing = TRUE_PROGRAM.replace("    agent = state.one", "    return state\n    agent = state.one", 1)
    found = await verifier.evaluate_program(WORLD, ROWS, STARTS, nothing)
    assert found.next_state_fit == found.identity_baseline
    assert kinds(found) == ["identity_baseline"]
    still = walk(["left", "left"], state(0))
    assert kinds(await verifier.evaluate_program(WORLD, still, [], nothing)) == []
