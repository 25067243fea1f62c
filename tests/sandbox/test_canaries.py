"""The canaries: contained where they should be, and seen where a backend lets them through."""

import json
import os
import subprocess
import time
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from agent_client.cli import run
from sandbox.canaries import all_canaries, canaries_at_start, release
from sandbox.commands import sandbox as group
from sandbox.contract import Inputs, Isolation, Sandbox, SandboxUnavailableError
from sandbox.guestlink import GuestLink
from sandbox.limits import Limits
from sandbox.pool import Pool
from sandbox.process import GUEST_FLAGS, ProcessChannel, ProcessSandbox
from sandbox.session import GuestSession
from tests.sandbox.ordinary import Copy

# The guest with every wall of its child taken down: no limits, no user, no filter, its parent's descriptors at hand.
# It runs as an ordinary user all the same, and the canaries are harmless: nothing is done to this machine.
OPEN_GUEST = """
import importlib, importlib.util, os, sys
folder = sys.argv[1]
spec = importlib.util.spec_from_file_location(
    "worldsmith_runtime", folder + "/__init__.py", submodule_search_locations=[folder]
)
package = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = package
spec.loader.exec_module(package)
child = importlib.import_module("worldsmith_runtime.child")

def keep_all(answer, output):
    for old, new in ((1, 60), (answer, 50), (output, 51), (50, 3), (51, 1), (51, 2)):
        os.dup2(old, new)

child._descriptors = keep_all
child.confine = lambda *arguments, **named: None
importlib.import_module("worldsmith_runtime.guest").serve(0, 0, False)
"""


class OpenSandbox:
    """A backend that holds nothing: canaries must see that."""

    isolation = Isolation("open", "It holds nothing.")

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self._pool = Pool(self._start, lambda: None, 0)

    def open(self, inputs: Inputs, seed: int = 0) -> GuestSession:
        return GuestSession(self._pool, inputs, Limits())

    def close(self) -> None:
        self._pool.close()

    def _start(self) -> GuestLink:
        arguments = [*GUEST_FLAGS, "-c", OPEN_GUEST, str(self._copy.runtime)]
        process = self._copy.popen(arguments, stderr=subprocess.DEVNULL)
        guest = GuestLink(ProcessChannel(process))
        guest.await_ready(20)
        return guest


@pytest.fixture
def open_sandbox(copy: Copy) -> Iterator[OpenSandbox]:
    made = OpenSandbox(copy)
    yield made
    made.close()


def escaped(sandbox: Sandbox, level: str = "") -> dict[str, str]:
    seen = release(sandbox, all_canaries(level or sandbox.isolation.level))
    return {sighting.canary.name: sighting.detail for sighting in seen if not sighting.contained}


def test_every_backend_contains_every_canary(sandbox: Sandbox) -> None:
    assert escaped(sandbox) == {}


def test_an_open_backend_is_seen_through(open_sandbox: OpenSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLDSMITH_SECRET", "hunter2")
    found = escaped(open_sandbox)
    inner = {
        "network", "fork bomb", "threads", "exec", "memory", "writable path", "host files", "environment", "proc",
        "forged frame", "signals", "descriptors", "limits", "privileges", "shared memory",
    }  # fmt: skip
    assert inner | {"outer network", "outer files"} <= set(found)
    assert "IPv4 socket" in found["network"]
    assert "WORLDSMITH_SECRET" in found["environment"]
    assert "/worldsmith-canary" in found["writable path"]
    assert found["forged frame"] == "a reply of its own making"


def test_a_backend_that_is_nothing_but_filters_is_seen_through() -> None:
    filtered = ProcessSandbox()
    found = escaped(filtered, "jail")
    filtered.close()
    assert "outer files" in found
    assert set(found) <= {"outer network", "outer files", "outer processes"}


def test_a_spoiled_next_program_is_seen(open_sandbox: OpenSandbox) -> None:
    tampering = next(canary for canary in all_canaries("jail") if canary.name == "tampering")
    spoiled = type(tampering)(**{**vars(tampering), "then": "return ['what was left behind']"})
    (sighting,) = release(open_sandbox, [spoiled])
    assert (sighting.contained, sighting.detail) == (False, "what was left behind")


def test_those_at_start_are_few_and_quick(backends: dict[str, Sandbox]) -> None:
    chosen = canaries_at_start("jail")
    needed = {"network", "fork bomb", "memory", "writable path", "environment", "proc", "forged frame"}
    assert needed <= {canary.name for canary in chosen}
    assert {canary.name for canary in canaries_at_start("docker")} > {canary.name for canary in chosen}
    list(release(backends["jail"], chosen[:1]))
    started = time.process_time()
    assert all(sighting.contained for sighting in release(backends["jail"], chosen))
    assert time.process_time() - started < 1


def test_the_command_tells_each_attack_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "selftest", "--backend", "jail", "--json"]) == 0
    told = capsys.readouterr()
    line = json.loads(told.out)
    assert (line["status"], line["sandbox"]) == ("contained", "jail")
    assert {"name", "attack", "contained", "detail", "seconds"} == set(line["canaries"][0])
    assert len(line["canaries"]) == len(all_canaries("jail"))
    assert "every attack is contained" in told.err
    assert "fork bomb" in told.err


def test_the_command_ends_with_1_when_an_attack_gets_through(monkeypatch: pytest.MonkeyPatch) -> None:
    class Weak(ProcessSandbox):
        isolation = Isolation("jail", "It is none.")

    monkeypatch.setattr("sandbox.selftest.open_backend", lambda *_, **__: Weak())
    result = CliRunner().invoke(group, ["selftest", "--json"], standalone_mode=False)
    assert result.return_value == 1
    assert json.loads(result.stdout.splitlines()[-1])["status"] == "not_contained"


def test_the_command_ends_with_2_when_the_backend_cannot_be_had(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    assert run(["sandbox", "selftest", "--backend", "docker"]) == 2
    assert capsys.readouterr().err.startswith("error: No Docker engine answers (")
    assert "WORLDSMITH_SECRET" not in os.environ


def test_canaries_report_a_backend_that_is_gone(open_sandbox: OpenSandbox) -> None:
    open_sandbox.close()
    with pytest.raises(SandboxUnavailableError, match="closed"):
        list(release(open_sandbox, all_canaries("jail")))
