"""No program that is checked runs in the server's process: one that looks around, with the static policy off."""

import os
from pathlib import Path

import pytest

from sandbox.docker_backend import DockerSandbox
from synth_server.verify.verifier import Verifier
from tests.verify.worlds import STARTS, WORLD, good_data

# The interpreter's own modules are reached through a module that a program may import.
SNOOP = """
import dataclasses

sys = dataclasses.sys


def look():
    frame = sys._getframe()
    while frame is not None:
        print("frame", frame.f_code.co_filename, *frame.f_locals)
        frame = frame.f_back
    system = sys.modules["os"]
    print("pid", system.getpid(), "uid", system.getuid())
    print("environment", *system.environ)
    try:
        descriptor = system.open({path!r}, system.O_WRONLY | system.O_CREAT)
        print("touched", descriptor)
    except BaseException as error:
        print("could not touch:", type(error).__name__)


def transition(state, action):
    look()
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
"""


async def test_a_program_that_looks_around_finds_nothing_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLDSMITH_TEST_SECRET", "tell nobody")
    the_servers_own = "on the stack"
    touched = tmp_path / "touched"
    sandbox = DockerSandbox(spares=0)
    verifier = Verifier(sandbox, policy=None)
    try:
        found = await verifier.evaluate_program(
            WORLD, good_data(), STARTS, SNOOP.format(path=str(touched)), skip_optimism=True
        )
    finally:
        verifier.close()
        sandbox.close()
    assert the_servers_own
    assert "frame" in found.stdout
    assert f"pid {os.getpid()} " not in found.stdout
    assert "uid 0\n" not in found.stdout
    assert "WORLDSMITH_TEST_SECRET" not in found.stdout
    assert "the_servers_own" not in found.stdout
    assert "synth_server" not in found.stdout
    assert "could not touch" in found.stdout
    assert "touched " not in found.stdout
    assert not touched.exists()
