"""Verification end to end in real containers, the static policy off."""

from collections.abc import Iterator

import pytest

from sandbox.docker_backend import DockerSandbox
from synth_server.domain import Status
from synth_server.verify.options import VerifyOptions
from synth_server.verify.verifier import Verifier
from tests.verify.test_leaks import DATA, FOLLOWING, NEAREST
from tests.verify.worlds import STARTS, TRUE_PROGRAM, WORLD, good_data, many

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def containers() -> Iterator[DockerSandbox]:
    made = DockerSandbox(spares=5)
    yield made
    made.close()


@pytest.fixture
def docker(containers: DockerSandbox) -> Iterator[Verifier]:
    made = Verifier(containers, VerifyOptions(predict_seconds=2.0))
    yield made
    made.close()


async def test_the_true_program_is_verified_in_containers(docker: Verifier) -> None:
    found = await docker.evaluate_program(WORLD, good_data(), STARTS, TRUE_PROGRAM)
    assert (found.status, found.fit, found.sandbox, found.optimism.found) == (Status.VERIFIED, 1.0, "docker", 2)


@pytest.mark.parametrize("source", [FOLLOWING, NEAREST])
async def test_the_cheat_falls_to_the_identity_baseline_in_containers(docker: Verifier, source: str) -> None:
    found = await docker.evaluate_program(WORLD, DATA, STARTS, source)
    assert found.error == ""
    assert found.next_state_fit <= found.identity_baseline


@pytest.mark.parametrize(
    ("body", "outcome"),
    [("while True: pass", "timeout"), ("raise SystemExit(0)", "crash"), ("return [0] * 10**10", "memory")],
)
async def test_a_hostile_program_scores_nothing_and_the_next_is_checked_as_ever(
    docker: Verifier, body: str, outcome: str
) -> None:
    checker = await docker.open(WORLD, good_data(), STARTS)
    hostile = await checker.evaluate(TRUE_PROGRAM.replace("return state", body))
    assert (hostile.next_state_fit, hostile.status) == (0.0, Status.FAILED)
    assert hostile.error.startswith(outcome)
    assert (await checker.evaluate(TRUE_PROGRAM)).status is Status.VERIFIED
    await checker.close()


async def test_held_back_rows_are_checked_in_containers(docker: Verifier) -> None:
    found = await docker.evaluate_program(WORLD, many(300), [], TRUE_PROGRAM)
    assert (found.held_back_fit, found.transitions, found.status) == (1.0, 300, Status.VERIFIED)
