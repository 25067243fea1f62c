"""Programs that are after a score: on rows that their authors never saw, none does better than `nothing changes`."""

from collections.abc import Callable

import pytest

from synth_server.domain import Evaluation, Status
from synth_server.verify.verifier import Verifier
from synth_server.wiring import refusal
from tests.attacks.cheating import SEEN, UNSEEN
from tests.attacks.conftest import Ground, matrix
from tests.attacks.corpus import CHEATS
from tests.verify.worlds import STARTS, TRUE_PROGRAM, WORLD, good_data, state, walk

CHANCE = [name for name, attack in CHEATS.items() if attack.finding == "nondeterministic"]
MEMORY = [name for name, attack in CHEATS.items() if attack.finding == "memoriser"]
UNFOUNDED = [name for name in CHEATS if name not in CHANCE]
ROWS = [*good_data(), *walk(["take", "right", "take", "left", "take"], state(2, key_at=[2, 3, 5]))]


def kinds(found: Evaluation) -> list[str]:
    return [finding.kind for finding in found.findings]


@pytest.mark.parametrize(("backend", "name"), matrix(UNFOUNDED))
async def test_it_is_worth_no_more_than_no_model(grounds: Callable[[str], Ground], backend: str, name: str) -> None:
    verifier = Verifier(grounds(backend).sandbox)
    found = await verifier.evaluate_program(WORLD, UNSEEN, [], CHEATS[name].source, skip_optimism=True)
    verifier.close()
    assert found.error == ""
    assert 0 < found.identity_baseline < 0.5
    assert found.next_state_fit <= found.identity_baseline
    assert found.status is not Status.VERIFIED


@pytest.mark.parametrize(("backend", "name"), matrix(MEMORY))
async def test_what_it_was_made_from_it_knows_and_is_told_for(
    grounds: Callable[[str], Ground], backend: str, name: str
) -> None:
    verifier = Verifier(grounds(backend).sandbox)
    found = await verifier.evaluate_program(WORLD, SEEN, [], CHEATS[name].source, skip_optimism=True)
    verifier.close()
    assert found.next_state_fit == 1.0
    assert "memoriser" in kinds(found)


@pytest.mark.parametrize(("backend", "name"), matrix(CHANCE))
async def test_what_depends_on_chance_is_found_and_not_verified(
    grounds: Callable[[str], Ground], backend: str, name: str
) -> None:
    verifier = Verifier(grounds(backend).sandbox)
    found = await verifier.evaluate_program(WORLD, ROWS, STARTS, CHEATS[name].source)
    verifier.close()
    assert found.error == ""
    assert "nondeterministic" in kinds(found)
    assert found.status is not Status.VERIFIED


async def test_the_honest_program_is_worth_everything_on_the_same_rows(grounds: Callable[[str], Ground]) -> None:
    verifier = Verifier(grounds("jail").sandbox)
    for rows in (SEEN, UNSEEN, ROWS):
        found = await verifier.evaluate_program(WORLD, rows, [], TRUE_PROGRAM, skip_optimism=True)
        assert (found.next_state_fit, found.findings) == (1.0, ())
    verifier.close()


@pytest.mark.parametrize("name", CHEATS)
async def test_with_the_policy_on_it_is_refused_or_as_worthless(grounds: Callable[[str], Ground], name: str) -> None:
    attack = CHEATS[name]
    if attack.passes:
        assert refusal(attack.source) is None  # and so it is scored just as above
        return
    verifier = Verifier(grounds("jail").sandbox, policy=refusal)
    found = await verifier.evaluate_program(WORLD, UNSEEN, [], attack.source, skip_optimism=True)
    verifier.close()
    assert found.error
    assert (found.fit, found.status) == (0.0, Status.FAILED)
