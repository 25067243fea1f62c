"""A server as a process of its own, hundreds of evaluations over gRPC, one in ten hostile: it stays as it is."""

import signal
from pathlib import Path

import pytest
from worldsmith.v1 import model_pb2
from worldsmith.v1 import service_pb2 as pb

from sandbox.data.wire import encode_batches, world_to_proto
from sandbox.limits import MIB
from tests.attacks.corpus import HOSTILE
from tests.attacks.ground import containers, descriptors, family_of, memory
from tests.synth_server.processes import Child, child
from tests.verify.worlds import IDENTITY_PROGRAM, STARTS, TRUE_PROGRAM, WORLD, good_data

EVALUATIONS = 400
WARM = 120  # what is cached is there by then, and guests that wait to be lent again
GUESTS = 8  # that wait; no more than these may come to be
SOON = [attack for attack in HOSTILE.values() if "timeout" not in attack.ends]
# Those that the static policy lets pass reach the sandbox; of the others every fifth is sent.
SENT = [attack.source for i, attack in enumerate(SOON) if attack.passes or i % 5 == 0]

pytestmark = pytest.mark.long


def counts(process: int, backend: str) -> dict[str, int]:
    """What may leak: the server's memory and descriptors, and the guests that it has."""
    guests = len(containers(process)) if backend == "docker" else len(family_of(process))
    return {"memory": memory(process), "descriptors": descriptors(process), "guests": guests}


def evaluation(server: Child, source: str) -> model_pb2.Evaluation:
    request = pb.EvaluateProgramRequest(world=WORLD.name, source=source)
    return server.stub.EvaluateProgram(request, timeout=120).evaluation


def wrong(server: Child, number: int) -> str:
    """What is wrong with one evaluation's result; empty if nothing."""
    if number % 10 == 5:
        found = evaluation(server, SENT[number // 10 % len(SENT)])
        return "a hostile program is verified" if found.status == model_pb2.STATUS_VERIFIED else ""
    honest = number % 3 != 0
    found = evaluation(server, f"{TRUE_PROGRAM if honest else IDENTITY_PROGRAM}\n# {number}\n")
    right = model_pb2.STATUS_VERIFIED if honest else model_pb2.STATUS_PARTIAL
    return "" if (found.status, found.error) == (right, "") else str(found)


@pytest.mark.parametrize("backend", [pytest.param("docker", marks=pytest.mark.docker), "jail"])
def test_a_servers_memory_descriptors_and_guests_are_flat(tmp_path: Path, backend: str) -> None:
    data = ["--data-dir", str(tmp_path / "data"), "--port", "0", "--port-file", str(tmp_path / "port")]
    with child(tmp_path, "-m", "synth_server", *data, "--sandbox", backend) as server:
        process = server.process.pid
        server.stub.CreateWorld(pb.CreateWorldRequest(world=world_to_proto(WORLD)))
        batches = encode_batches(good_data(), STARTS, 20_000)
        server.stub.SubmitTransitions(pb.SubmitTransitionsRequest(world=WORLD.name, batch=batch) for batch in batches)
        found = {number: wrong(server, number) for number in range(WARM)}
        before = counts(process, backend)
        found |= {number: wrong(server, number) for number in range(WARM, EVALUATIONS)}
        after = counts(process, backend)
        assert {number: what for number, what in found.items() if what} == {}
        assert after["memory"] - before["memory"] < 16 * MIB, (before, after)
        assert after["descriptors"] <= before["descriptors"] + 3 * GUESTS, (before, after)
        assert after["guests"] <= before["guests"] + (GUESTS if backend == "docker" else 3 * GUESTS), (before, after)
        assert server.end(signal.SIGTERM) == 0
    assert backend == "jail" or containers(process) == []
