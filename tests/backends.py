"""The sandboxes that a server may have, for tests that hold on each of them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sandbox.contract import Sandbox
from sandbox.docker_backend import DockerSandbox
from sandbox.jail import JailSandbox, find_jail

_GVISOR = pytest.param("docker-runsc", marks=[pytest.mark.gvisor, pytest.mark.long])
REAL = ["jail", pytest.param("docker", marks=pytest.mark.docker), _GVISOR]
# For what hardly depends on the sandbox: `make test` tries one of them.
IN_TURN = ["jail", pytest.param("docker", marks=[pytest.mark.docker, pytest.mark.long]), _GVISOR]


@contextmanager
def opened(name: str, instance: str, spares: int = 2) -> Iterator[Sandbox]:
    """The sandbox of that name for the length of the block."""
    runtime = "runsc" if name == "docker-runsc" else "runc"
    sandbox: Sandbox = (
        JailSandbox(find_jail(), spares=spares)
        if name == "jail"
        else DockerSandbox(runtime=runtime, spares=spares, instance=instance)
    )
    try:
        yield sandbox
    finally:
        sandbox.close()
