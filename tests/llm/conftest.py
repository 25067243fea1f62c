import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# Plain `pytest` has no weights: `make test-llm` names them.
collect_ignore_glob = [] if "WORLDSMITH_GGUF" in os.environ else ["test_*.py"]


@dataclass(frozen=True)
class Model:
    """A model that is served."""

    url: str
    key: str


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    """The model of WORLDSMITH_GGUF, in a process of its own."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    key, log = secrets.token_hex(16), tmp_path_factory.mktemp("engine") / "log"
    # Threads that spin while they wait make the engine ten times slower on busy processors.
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}
    command = [sys.executable, "-m", "tests.llm.serve", os.environ["WORLDSMITH_GGUF"], str(port), key]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        _wait(f"http://127.0.0.1:{port}/health", process, log)
        yield Model(f"http://127.0.0.1:{port}", key)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + 120
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"the engine does not answer; it said: {log.read_text(errors='replace')[-2000:]}")
