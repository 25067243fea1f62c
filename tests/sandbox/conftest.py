"""The backends under test, each started once; every test that asks for one runs against both."""

from collections.abc import Callable, Iterator

import pytest

from sandbox.contract import Inputs, Sandbox, Session
from sandbox.docker_backend import DockerSandbox
from sandbox.limits import Limits
from sandbox.process import ProcessSandbox

LIMITS = Limits(wall_seconds=5.0, cpu_seconds=4)

Open = Callable[[Inputs], Session]


@pytest.fixture(scope="session")
def backends() -> Iterator[dict[str, Sandbox]]:
    made: dict[str, Sandbox] = {
        "process": ProcessSandbox(limits=LIMITS),
        "docker": DockerSandbox(limits=LIMITS, spares=1, instance="tests"),
    }
    yield made
    for backend in made.values():
        backend.close()


@pytest.fixture(params=["process", "docker"])
def sandbox(request: pytest.FixtureRequest, backends: dict[str, Sandbox]) -> Sandbox:
    return backends[request.param]


@pytest.fixture
def opened(sandbox: Sandbox) -> Iterator[Open]:
    """Opens sessions, which end with the test."""
    sessions: list[Session] = []

    def open_one(inputs: Inputs) -> Session:
        sessions.append(sandbox.open(inputs))
        return sessions[-1]

    yield open_one
    for session in sessions:
        session.close()
