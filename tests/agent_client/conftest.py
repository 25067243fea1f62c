"""A real server, once for all tests of the client."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_client import embedded
from agent_client.session import Connection, ServerChoice, connect
from sandbox.process import ProcessSandbox


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.EmbeddedServer]:
    with embedded.start(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def connection(server: embedded.EmbeddedServer) -> Iterator[Connection]:
    choice = ServerChoice(server.address, trust_key=server.key_fingerprint)
    with connect(choice, lambda line: None) as made:
        yield made


@pytest.fixture(scope="session")
def planner() -> Iterator[ProcessSandbox]:
    made = ProcessSandbox()
    yield made
    made.close()


class Script:
    """Writes scripts for the scripted provider."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *entries: object) -> str:
        path = self._folder / f"script-{len(list(self._folder.iterdir()))}.json"
        path.write_text(json.dumps(entries))
        return f"scripted:{path}"


@pytest.fixture
def script(tmp_path: Path) -> Script:
    folder = tmp_path / "scripts"
    folder.mkdir()
    return Script(folder)
