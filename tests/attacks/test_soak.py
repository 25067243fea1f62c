"""Two thousand evaluations in a row, one in ten hostile: nothing leaks, and every honest result is right."""

import os
from collections.abc import Callable

import pytest

from sandbox.limits import MIB
from synth_server.domain import Evaluation, Status
from synth_server.verify.options import VerifyOptions
from synth_server.verify.verifier import Verifier
from tests.attacks.conftest import Ground
from tests.attacks.corpus import HOSTILE
from tests.attacks.ground import containers, descriptors, family_of, memory
from tests.verify.worlds import IDENTITY_PROGRAM, STARTS, TRUE_PROGRAM, WORLD, good_data

EVALUATIONS = 2000
WARM = 200  # what is cached is there by then
SPARES = 8  # guests that wait to be lent again are no leak
SLOW_ONES = 8  # one in so many of the hostile programs runs into its time limit
SECONDS = 1.0  # far beyond what an honest program takes on a busy machine

pytestmark = pytest.mark.long


def hostile(number: int) -> str:
    """Each of the programs that end soon in turn; now and then one that does not."""
    soon = [attack for attack in HOSTILE.values() if "timeout" not in attack.ends]
    late = [attack for attack in HOSTILE.values() if "timeout" in attack.ends]
    among = late if number % SLOW_ONES == 0 else soon
    return among[number // (SLOW_ONES if among is late else 1) % len(among)].source


def right(found: Evaluation, honest: bool) -> bool:
    if honest:
        return (found.fit, found.status, found.error) == (1.0, Status.VERIFIED, "")
    return found.next_state_fit == found.identity_baseline and found.status is Status.PARTIAL


def counts(backend: str) -> tuple[int, int, int, int]:
    """What may leak: this process's memory and descriptors, its processes, its containers."""
    engine = containers(os.getpid()) if backend == "docker" else []
    return memory(), descriptors(), len(family_of(os.getpid())), len(engine)


@pytest.mark.parametrize("backend", [pytest.param("docker", marks=pytest.mark.docker), "jail"])
async def test_nothing_leaks_and_honest_results_are_right(grounds: Callable[[str], Ground], backend: str) -> None:
    verifier = Verifier(grounds(backend).sandbox, VerifyOptions(predict_seconds=SECONDS, plan_seconds=5.0))
    checker = await verifier.open(WORLD, good_data(), STARTS)
    await checker.warm()
    wrong: list[str] = []
    before = (0, 0, 0, 0)
    for number in range(EVALUATIONS):
        if number == WARM:
            before = counts(backend)
        if number % 10 == 5:
            found = await checker.evaluate(hostile(number // 10))
            if found.status is Status.VERIFIED:
                wrong.append(f"{number}: a hostile program is verified")
            continue
        honest = number % 3 != 0
        source = f"{TRUE_PROGRAM if honest else IDENTITY_PROGRAM}\n# {number}\n"
        found = (await checker.evaluate_all(source)).evaluation if number % 100 == 1 else await checker.evaluate(source)
        if not right(found, honest):
            wrong.append(f"{number}: {found}")
    held, opened, processes, guests = counts(backend)
    await checker.close()
    verifier.close()
    assert wrong == []
    assert held - before[0] < 16 * MIB, (before[0], held)
    assert opened <= before[1] + SPARES * 3, (before[1], opened)
    assert processes <= before[2] + SPARES * 4, (before[2], processes)
    assert guests <= before[3] + SPARES, (before[3], guests)
