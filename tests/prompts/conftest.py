from collections.abc import Iterator

import pytest

from sandbox.process import ProcessSandbox
from synth_server.prompts.render import Prompts
from synth_server.verify.verifier import Verifier


@pytest.fixture(scope="session")
def prompts() -> Prompts:
    """The built-in templates."""
    return Prompts.load()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[ProcessSandbox]:
    """A real sandbox process pool."""
    made = ProcessSandbox(spares=4)
    yield made
    made.close()


@pytest.fixture
def verifier(sandbox: ProcessSandbox) -> Iterator[Verifier]:
    made = Verifier(sandbox)
    yield made
    made.close()
