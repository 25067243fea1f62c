"""The backends under test, each started once; every test that asks for one runs against all."""

from collections.abc import Callable, Iterator

import pytest

from sandbox.contract import Inputs, Sandbox, Session
from sandbox.docker_backend import DockerSandbox
from sandbox.jail import JailSandbox, find_jail
from sandbox.limits import Limits
from sandbox.process import ProcessSandbox
from tests.sandbox.ordinary import Copy, everybodys_copy, ordinary_jail

LIMITS = Limits(wall_seconds=5.0, cpu_seconds=4)

Open = Callable[[Inputs], Session]


@pytest.fixture(scope="session")
def copy() -> Iterator[Copy]:
    """This Python and the sandbox where an ordinary user can read them."""
    with everybodys_copy() as made:
        yield made


@pytest.fixture(scope="session")
def backends(copy: Copy) -> Iterator[dict[str, Sandbox]]:
    made: dict[str, Sandbox] = {
        "process": ProcessSandbox(limits=LIMITS),
        "docker": DockerSandbox(limits=LIMITS, spares=1, instance="tests"),
        "docker-runsc": DockerSandbox(limits=LIMITS, runtime="runsc", spares=1, instance="tests"),
        "jail": JailSandbox(find_jail(), limits=LIMITS),
        "ordinary jail": JailSandbox(ordinary_jail(copy), limits=LIMITS),
    }
    yield made
    for backend in made.values():
        backend.close()


GVISOR = pytest.param("docker-runsc", marks=[pytest.mark.gvisor, pytest.mark.long])


@pytest.fixture(params=["process", "docker", "jail", "ordinary jail", GVISOR])
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
