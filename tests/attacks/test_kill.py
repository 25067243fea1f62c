"""A server that is killed while evaluations run leaves nothing that its successor does not remove."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import grpc
import pytest
from worldsmith.v1 import model_pb2
from worldsmith.v1 import service_pb2 as pb

from sandbox.data.wire import encode_batches, world_to_proto
from sandbox.engine import connect
from tests.attacks.corpus import ALL
from tests.attacks.ground import containers, family_of
from tests.synth_server.processes import Child, child
from tests.verify.worlds import STARTS, TRUE_PROGRAM, WORLD, good_data

EVALUATIONS = 20
SECONDS = 10.0
HANGING = ALL["loops/swallows_everything"].source

pytestmark = pytest.mark.long


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A server's folder; all that it writes besides its data goes to ``tmp`` there."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    for name in ("CONCURRENT_EVALUATIONS", "WAITING_EVALUATIONS", "CONCURRENT_TASKS"):
        monkeypatch.setenv(f"WORLDSMITH_LIMITS__{name}", str(2 * EVALUATIONS))
    return tmp_path


def command(folder: Path, backend: str) -> list[str]:
    data = ["--data-dir", str(folder / "data"), "--port", "0", "--port-file", str(folder / "port")]
    return ["-m", "synth_server", *data, "--sandbox", backend]


def started(process: int) -> str:
    """What tells a process from a later one of the same number; empty when it is gone, or waits to be reaped."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if told[0] == "Z" else told[19]


def looping(process: int, backend: str) -> dict[int, str]:
    """Every process of the server's guests, each with its start; at least as many children as evaluations."""
    roots = [process]
    if backend == "docker":
        client = connect()
        roots = []
        for one in containers(process):
            with contextlib.suppress(docker.errors.NotFound):  # it was used up meanwhile
                roots.append(client.api.inspect_container(one)["State"]["Pid"])
        client.close()
    found = set().union(*(family_of(root) for root in roots if root))
    return {one: started(one) for one in found - {process}}


def prepared(server: Child) -> Callable[[], grpc.Future]:
    """What starts an evaluation that hangs."""
    server.stub.CreateWorld(pb.CreateWorldRequest(world=world_to_proto(WORLD)))
    batches = encode_batches(good_data(), STARTS, 20_000)
    server.stub.SubmitTransitions(pb.SubmitTransitionsRequest(world=WORLD.name, batch=batch) for batch in batches)
    request = pb.EvaluateProgramRequest(world=WORLD.name, source=HANGING)
    return lambda: server.stub.EvaluateProgram.future(request)


@pytest.mark.parametrize("backend", [pytest.param("docker", marks=pytest.mark.docker), "jail"])
def test_ten_seconds_after_a_restart_nothing_of_the_old_server_is_left(folder: Path, backend: str) -> None:
    with child(folder, *command(folder, backend)) as server:
        process = server.process.pid
        start = prepared(server)
        calls = [start() for _ in range(EVALUATIONS)]
        deadline = time.monotonic() + 60
        while len(old := looping(process, backend)) < 3 * EVALUATIONS:  # a guest's two, a keeper and a child
            assert time.monotonic() < deadline, len(old)
            calls = [start() if call.done() else call for call in calls]  # on a slow machine some end too early
            time.sleep(0.05)
        assert backend == "jail" or len(containers(process)) >= EVALUATIONS // 2
        server.process.kill()
        server.process.wait()
    restarted = time.monotonic()
    with child(folder, *command(folder, backend)) as server:
        while left := [one for one, start in old.items() if start and started(one) == start]:
            assert time.monotonic() - restarted < SECONDS, left
            time.sleep(0.05)
        while backend == "docker" and containers(process):
            assert time.monotonic() - restarted < SECONDS, containers(process)
            time.sleep(0.05)
        assert list((folder / "tmp").iterdir()) == []
        request = pb.EvaluateProgramRequest(world=WORLD.name, source=TRUE_PROGRAM)
        assert server.stub.EvaluateProgram(request).evaluation.status == model_pb2.STATUS_VERIFIED
        assert server.process.poll() is None
