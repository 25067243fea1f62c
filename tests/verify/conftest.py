from collections.abc import Iterator

import pytest

from sandbox.process import ProcessSandbox
from synth_server.verify.verifier import Verifier


@pytest.fixture(scope="session")
def sandbox() -> Iterator[ProcessSandbox]:
    """A real sandbox process pool; the container's own tests are apart."""
    made = ProcessSandbox(spares=6)
    yield made
    made.close()


@pytest.fixture
def verifier(sandbox: ProcessSandbox) -> Iterator[Verifier]:
    made = Verifier(sandbox)
    yield made
    made.close()
