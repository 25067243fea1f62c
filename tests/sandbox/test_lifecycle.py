"""Sessions, guests and containers come and go as they should, also when something dies in between."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import docker
import pytest

from sandbox.container_profile import profile
from sandbox.contract import FindPlan, Inputs, OutcomeKind, PredictStates, SandboxUnavailableError, Session
from sandbox.docker_backend import DockerSandbox
from sandbox.engine import connect
from sandbox.image import ensure_image, image_name, main
from sandbox.limits import Limits
from sandbox.orphans import LABEL, OWNER, labels, remove_orphans
from sandbox.process import ProcessSandbox
from tests.sandbox.conftest import LIMITS
from tests.sandbox.corridor import MODEL, inputs

Open = Callable[[Inputs], Session]
ENDLESS = "while True: pass\ndef transition(s, a): return s\ndef reward(s, a, n, g): return 0.0, False\n"


@pytest.fixture
def engine() -> Iterator[docker.DockerClient]:
    client = connect()
    yield client
    client.close()


def running(engine: docker.DockerClient, instance: str, state: str = "") -> list[str]:
    found = engine.api.containers(all=True, filters={"label": f"worldsmith.instance={instance}"})
    return [one["Id"] for one in found if one["State"] == (state or one["State"]) != "removing"]


def gone(engine: docker.DockerClient, instance: str, state: str = "") -> bool:
    end = time.monotonic() + 10
    while running(engine, instance, state):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_closing_from_another_thread_ends_a_task_at_once(opened: Open) -> None:
    session = opened(inputs())
    with ThreadPoolExecutor(1) as pool:
        task = pool.submit(session.run, PredictStates(), ENDLESS, replace(LIMITS, wall_seconds=60.0, cpu_seconds=60))
        time.sleep(0.3)
        session.close()
        outcome = task.result(timeout=20)  # long before its own end
    assert outcome.kind is OutcomeKind.CLOSED
    assert session.run(PredictStates(), MODEL).kind is OutcomeKind.CLOSED
    session.load(inputs())
    session.close()
    assert session.run(PredictStates(), MODEL).kind is OutcomeKind.CLOSED


def test_sessions_run_beside_each_other(opened: Open) -> None:
    sessions = [opened(inputs()) for _ in range(3)]
    limits = replace(LIMITS, wall_seconds=2.0)
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda s: s.run(PredictStates(), "import time" + ENDLESS[15:]), sessions[:1]))
        started = time.monotonic()
        waiting = [pool.submit(s.run, PredictStates(), ENDLESS, limits) for s in sessions]
        assert all(one.result().kind is OutcomeKind.TIMEOUT for one in waiting)
        assert time.monotonic() - started < 3 * limits.wall_seconds  # which one after the other would take
    assert outcomes[0].kind is OutcomeKind.LOAD_ERROR


def test_a_guest_is_used_again_after_a_session(opened: Open) -> None:
    first = opened(inputs())
    guest = first._guest
    assert first.run(PredictStates(), MODEL).kind is OutcomeKind.OK
    first.close()
    later = []
    while not later or later[-1]._guest is not guest:  # others may wait as well
        assert len(later) < 12
        later.append(opened(inputs()))
    assert later[-1].run(FindPlan(0, 100), MODEL).kind is OutcomeKind.OK


def test_a_session_goes_on_with_another_guest_when_its_own_was_killed(opened: Open) -> None:
    session = opened(inputs())
    session._guest.kill()
    assert session.run(PredictStates(), MODEL).kind is OutcomeKind.OK
    killer = threading.Timer(0.3, session._guest.kill)
    killer.start()
    outcome = session.run(PredictStates(), ENDLESS, replace(LIMITS, wall_seconds=1.0))
    killer.join()
    assert outcome.kind is OutcomeKind.TIMEOUT  # it was tried once more
    assert session.run(PredictStates(), MODEL).kind is OutcomeKind.OK


def test_a_guest_that_is_stopped_is_killed_from_outside() -> None:
    backend = ProcessSandbox(limits=replace(LIMITS, wall_seconds=0.2))
    session = backend.open(inputs())
    guest = session._guest
    os.killpg(guest._channel._process.pid, signal.SIGSTOP)
    outcome = session.run(PredictStates(), MODEL)
    assert outcome.kind is OutcomeKind.TIMEOUT
    assert outcome.detail.endswith("nor stopped from inside")
    assert session.run(PredictStates(), MODEL, LIMITS).kind is OutcomeKind.OK
    backend.close()


def test_a_closed_backend_says_so(engine: docker.DockerClient) -> None:
    for backend in (ProcessSandbox(), DockerSandbox(spares=0, instance="closed")):
        session = backend.open(inputs())
        backend.close()
        with pytest.raises(SandboxUnavailableError, match=r"The sandbox was closed; open another\."):
            session.run(PredictStates(), MODEL)
        session.close()
        with pytest.raises(SandboxUnavailableError, match="was closed"):
            backend.open(inputs())
        backend.close()
    assert gone(engine, "closed")


def test_closing_removes_every_container(engine: docker.DockerClient) -> None:
    backend = DockerSandbox(spares=2, instance="closing")
    sessions = [backend.open(inputs()) for _ in range(2)]
    assert len(running(engine, "closing")) >= 2
    backend.close()
    assert gone(engine, "closing")
    for session in sessions:
        session.close()


def test_a_container_is_locked_down(engine: docker.DockerClient) -> None:
    backend = DockerSandbox(spares=0, instance="locked", limits=Limits(processes=40))
    session = backend.open(inputs())
    (container,) = running(engine, "locked")
    told = engine.api.inspect_container(container)
    host = told["HostConfig"]
    assert (host["NetworkMode"], host["ReadonlyRootfs"], host["IpcMode"]) == ("none", True, "none")
    assert host["CapDrop"] == ["ALL"]
    assert sorted(cap.removeprefix("CAP_") for cap in host["CapAdd"]) == ["KILL", "SETGID", "SETUID"]
    assert host["SecurityOpt"] == ["no-new-privileges", f"seccomp={profile()}"]
    assert host["Memory"] == host["MemorySwap"] == Limits().container_memory
    assert host["PidsLimit"] == 40
    assert (told["Mounts"], host["Binds"], host["LogConfig"]["Type"]) == ([], None, "none")
    assert not [entry for entry in told["Config"]["Env"] if entry.startswith(("HOME", "DOCKER", "WORLDSMITH"))]
    session.close()
    backend.close()


DYING_SERVER = """
import sys, time
from sandbox.docker_backend import DockerSandbox
from sandbox.contract import Inputs
backend = DockerSandbox(spares=1, instance=sys.argv[1])
session = backend.open(Inputs())
print("up", flush=True)
time.sleep(60)
"""


def test_containers_die_with_a_killed_server(engine: docker.DockerClient) -> None:
    root = Path(__file__).parents[2]
    server = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(DYING_SERVER), "dying"], cwd=root, stdout=subprocess.PIPE
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"up\n"
    assert running(engine, "dying")
    server.kill()
    server.wait()
    server.stdout.close()
    assert gone(engine, "dying", state="running")
    remove_orphans(engine, "")  # a spare that was created and not yet started
    assert gone(engine, "dying")


def test_orphans_of_dead_owners_are_removed_and_others_left(engine: docker.DockerClient) -> None:
    image = ensure_image(engine)

    def left_by(owner: str) -> str:
        marks = labels("orphans") | ({OWNER: owner} if owner else {})
        config = engine.api.create_host_config(network_mode="none")
        return str(engine.api.create_container(image, labels=marks, host_config=config)["Id"])

    mine = labels("orphans")[OWNER]
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    place = mine.rpartition("/")[0]
    dead, recycled, alive = left_by(f"{place}/{process.pid}@123"), left_by(f"{place}/{os.getpid()}@1"), left_by(mine)
    foreign = left_by("another-boot/pid:[1]/7@7")
    assert remove_orphans(engine, "somebody else") >= 2
    left = running(engine, "orphans")
    assert dead not in left
    assert recycled not in left
    assert alive in left
    assert foreign in left  # not running, but created, and its owner cannot be seen
    remove_orphans(engine, "orphans")
    assert running(engine, "orphans") == [alive]
    engine.api.remove_container(alive, force=True)


def test_without_an_engine_one_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    backend = DockerSandbox(instance="away")
    with pytest.raises(SandboxUnavailableError) as caught:
        backend.open(inputs())
    backend.close()
    text = str(caught.value)
    assert text.startswith("No Docker engine answers (")
    assert "start it (`dockerd`, or `systemctl start docker`) and check DOCKER_HOST." in text
    assert "\n" not in text
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("No Docker engine answers (")
    assert main(["--if-engine"]) == 0
    assert capsys.readouterr().err.endswith("Without it, the jail is used.\n")
    assert main(["--else"]) == 2


@pytest.mark.docker
def test_a_missing_image_is_named() -> None:
    backend = DockerSandbox(image="worldsmith-sandbox:no-such-tag", spares=0, instance="imageless")
    with pytest.raises(SandboxUnavailableError, match=r"The sandbox's image is not there .*python -m sandbox\.image"):
        backend.open(inputs())
    backend.close()


@pytest.mark.docker
def test_an_unknown_runtime_is_told_in_the_engines_words() -> None:
    backend = DockerSandbox(runtime="no-such-runtime", spares=0, instance="runtimeless")
    assert backend.isolation.level == "docker-no-such-runtime"
    with pytest.raises(SandboxUnavailableError, match=r"The Docker engine refuses .*no-such-runtime"):
        backend.open(inputs())
    backend.close()


class Relay:
    """A Docker engine that can go away: hands a socket's bytes on to the real one until it is closed."""

    def __init__(self, path: Path) -> None:
        code = f"""
import os, socket, threading
server = socket.socket(socket.AF_UNIX); server.bind({str(path)!r}); server.listen(50); print("up", flush=True)
def pump(a, b):
    while data := a.recv(65536):
        b.sendall(data)
    b.shutdown(1)
while True:
    here, _ = server.accept(); there = socket.socket(socket.AF_UNIX); there.connect("/var/run/docker.sock")
    for pair in ((here, there), (there, here)):
        threading.Thread(target=pump, args=pair, daemon=True).start()
"""
        self._process = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"up\n"

    def go_away(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def test_an_engine_that_goes_away_during_a_task_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, engine: docker.DockerClient
) -> None:
    relay = Relay(tmp_path / "relay.sock")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/relay.sock")
    backend = DockerSandbox(spares=0, instance="leaving", limits=LIMITS)
    session = backend.open(inputs())
    assert session.run(PredictStates(), MODEL).kind is OutcomeKind.OK
    leaving = threading.Timer(0.3, relay.go_away)
    leaving.start()
    with pytest.raises(SandboxUnavailableError, match="No Docker engine answers"):
        session.run(PredictStates(), ENDLESS)
    leaving.join()
    with pytest.raises(SandboxUnavailableError, match="No Docker engine answers"):
        session.run(PredictStates(), MODEL)
    session.close()
    backend.close()
    assert gone(engine, "leaving")  # its guests saw the end of their input


def test_the_images_name_follows_what_is_in_it(engine: docker.DockerClient) -> None:
    name = image_name()
    assert name == ensure_image(engine) == image_name()
    version = f"py{sys.version_info.major}.{sys.version_info.minor}"
    assert name.startswith(f"worldsmith-sandbox:{version}-")
    assert engine.images.get(name)
    assert labels("x")[LABEL] == "1"
