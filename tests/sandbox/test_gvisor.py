"""Programs under gVisor, where the engine has it: what is its own doing, and a server that runs them there."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from worldsmith.v1 import model_pb2
from worldsmith.v1 import service_pb2 as pb

from sandbox.canaries import all_canaries, release
from sandbox.contract import FindPlan, OutcomeKind, PlanFound, PredictStates, Sandbox, Verdict
from sandbox.data.wire import encode_batches, world_to_proto
from sandbox.docker_backend import DockerSandbox
from tests.sandbox.conftest import LIMITS
from tests.sandbox.corridor import LENGTH, MODEL, attack, inputs, moved, state
from tests.synth_server.processes import child
from tests.verify.worlds import IDENTITY_PROGRAM, STARTS, TRUE_PROGRAM, WORLD, good_data

pytestmark = pytest.mark.gvisor
BARE = replace(LIMITS, walls=False)
LOOK = """
found = {}
for folder in ("/proc", "/tmp"):
    try:
        os.close(os.open(folder + "/canary", os.O_CREAT | os.O_WRONLY))
        found[folder] = "written to"
    except OSError:
        found[folder] = os.listdir(folder)
return found
"""


@pytest.fixture(scope="module")
def gvisor() -> Iterator[Sandbox]:
    backend = DockerSandbox(runtime="runsc", limits=LIMITS, spares=1, instance="tests-gvisor")
    yield backend
    backend.close()


def told(backend: Sandbox, body: str) -> str:
    """What a program without its own walls tells, so that it is the container that is looked at."""
    session = backend.open(inputs())
    outcome = session.run(PredictStates(), attack(body), BARE)
    session.close()
    assert outcome.kind is OutcomeKind.OK, outcome
    return str(next(obj.what for obj in outcome.value[0].added if obj.type == "Told"))  # type: ignore[index,union-attr]


def test_every_canary_is_contained(gvisor: Sandbox) -> None:
    seen = release(gvisor, all_canaries("docker-runsc"))
    assert {one.canary.name: one.detail for one in seen if not one.contained} == {}


def test_it_is_another_kernel_that_programs_see(gvisor: Sandbox) -> None:
    assert told(gvisor, "return os.uname().release") != os.uname().release
    assert "gVisor" in gvisor.isolation.note


def test_proc_and_tmp_are_empty_and_cannot_be_written_to(gvisor: Sandbox) -> None:
    assert told(gvisor, LOOK) == "{'/proc': [], '/tmp': []}"


def test_an_honest_program_gets_every_answer_right(gvisor: Sandbox) -> None:
    given = inputs()
    session = gvisor.open(given)
    outcome = session.run(PredictStates(), MODEL)
    rows = zip(outcome.value, given.transitions, strict=True)  # type: ignore[arg-type]
    assert all(row.apply(state(x)) == state(moved(x, action)) for row, (x, action) in rows)  # type: ignore[union-attr]
    plan = session.run(FindPlan(0, 1000), MODEL).value
    assert isinstance(plan, PlanFound)
    assert (plan.verdict, len(plan.actions)) == (Verdict.FOUND, 5)
    assert len(outcome.value) == 2 * LENGTH  # type: ignore[arg-type]
    session.close()


@pytest.mark.long
def test_a_server_evaluates_with_it_and_says_so(tmp_path: Path) -> None:
    data = ["--data-dir", str(tmp_path / "data"), "--port", "0", "--port-file", str(tmp_path / "port")]
    with child(tmp_path, "-m", "synth_server", *data, "--sandbox", "docker-runsc") as server:
        assert server.stub.GetServerInfo(pb.GetServerInfoRequest()).sandbox == "docker-runsc"
        server.stub.CreateWorld(pb.CreateWorldRequest(world=world_to_proto(WORLD)))
        batches = encode_batches(good_data(), STARTS, 20_000)
        server.stub.SubmitTransitions(pb.SubmitTransitionsRequest(world=WORLD.name, batch=batch) for batch in batches)

        def status(source: str) -> int:
            request = pb.EvaluateProgramRequest(world=WORLD.name, source=source)
            return int(server.stub.EvaluateProgram(request).evaluation.status)

        assert status(TRUE_PROGRAM) == model_pb2.STATUS_VERIFIED
        assert status(IDENTITY_PROGRAM) == model_pb2.STATUS_PARTIAL
