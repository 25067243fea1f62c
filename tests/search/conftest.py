from collections.abc import Iterator

import pytest

from sandbox.process import ProcessSandbox
from synth_server.verify.options import VerifyOptions
from synth_server.verify.verifier import Verifier


@pytest.fixture(scope="session")
def sandbox() -> Iterator[ProcessSandbox]:
    made = ProcessSandbox(spares=6)
    yield made
    made.close()


@pytest.fixture
def verifier(sandbox: ProcessSandbox) -> Iterator[Verifier]:
    made = Verifier(sandbox, VerifyOptions(predict_seconds=5.0))
    yield made
    made.close()
