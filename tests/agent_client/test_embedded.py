import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent_client import embedded
from agent_client.client import Client
from agent_client.errors import ServerStartError, ServerUnreachableError
from agent_client.session import Connection, ServerChoice, connect


def test_an_embedded_server_answers_and_is_gone_afterwards(tmp_path: Path) -> None:
    with embedded.start(tmp_path) as server:
        with Client(server.address) as client:
            assert client.server_info().key_fingerprint == server.key_fingerprint
        process = server.process
    assert process.returncode == 0
    with Client(server.address) as client, pytest.raises(ServerUnreachableError):
        client.server_info()


def test_a_servers_refusal_is_told_as_it_is(server: embedded.EmbeddedServer) -> None:
    with pytest.raises(ServerStartError, match="uses the data directory") as caught:
        embedded.start(server.log.parent)
    assert "\n" not in str(caught.value)


def test_without_a_docker_daemon_the_reason_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    monkeypatch.setenv("WORLDSMITH_REQUIRE_DOCKER", "true")
    with pytest.raises(ServerStartError, match="Docker") as caught:
        embedded.start(tmp_path / "data")
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServerStartError, match="cannot start a server in"):
        embedded.start(tmp_path / "file" / "data")


def test_a_server_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from agent_client import embedded\n"
        "server = embedded.start(Path(sys.argv[1])); print(server.process.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while _is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
    except ProcessLookupError:
        return False


def test_the_key_of_an_embedded_server_is_pinned_without_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    said: list[str] = []
    with connect(ServerChoice(data_dir=tmp_path / "data"), said.append) as connection:
        assert isinstance(connection, Connection)
        assert connection.key.fingerprint == connection.info.key_fingerprint
    known = json.loads((tmp_path / "config" / "worldsmith" / "known_keys.json").read_text())
    assert known == {f"embedded {tmp_path / 'data'}": connection.key.fingerprint}  # the files of its models are known
    assert len(said) == 1
    assert "sandbox docker" in said[0]
    assert os.path.exists(tmp_path / "data" / "server.log")
