import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent_client import embedded
from agent_client.agent import PlaySettings
from agent_client.client import Client
from agent_client.errors import ServerUnreachableError
from agent_client.events import Event, Stepped
from agent_client.learning import LearnSettings
from agent_client.playing import PlayRequest, play
from agent_client.session import Connection, ServerChoice, connect
from agent_client.types import Synthesis
from tests.agent_client.conftest import Script
from tests.agent_client.corridor import GOOD, HOPELESS, Corridor


def test_a_server_that_dies_in_the_middle_is_told_and_nothing_submitted_is_lost(tmp_path: Path, script: Script) -> None:
    folder = tmp_path / "data"
    kept = 0
    with connect(ServerChoice(data_dir=folder, reconnect_seconds=2.0), lambda line: None) as connection:
        pid = int((folder / "lock").read_text())

        def kill(event: Event) -> None:
            nonlocal kept
            if isinstance(event, Stepped) and event.number == 30:
                kept = connection.client.get_world("mortal")[1].transitions
                os.kill(pid, signal.SIGKILL)

        request = PlayRequest("mortal", learn=LearnSettings(script(HOPELESS)), play=PlaySettings(max_steps=300))
        with pytest.raises(ServerUnreachableError) as caught:
            play(Corridor(), connection, request, [kill])
    assert "no Worldsmith server answers" in str(caught.value)
    assert str(caught.value).endswith("what was submitted is kept: go on with --world mortal")
    assert kept >= 10
    with connect(ServerChoice(data_dir=folder), lambda line: None) as connection:
        assert connection.client.get_world("mortal")[1].transitions == kept
        request = PlayRequest("mortal", learn=LearnSettings(script(GOOD)))
        result, _ = play(Corridor(), connection, request, [])
        assert result.achieved
        assert connection.client.get_world("mortal")[1].transitions >= kept


def test_ctrl_c_ends_a_play_with_its_figures_and_its_search(
    tmp_path: Path, script: Script, server: embedded.EmbeddedServer, connection: Connection
) -> None:
    provider = script({"source": GOOD, "delay": 60})
    command = [sys.executable, "-m", "agent_client", "play", "sokoban:7x7-1", "--provider", provider, "--json"]
    where = ["--server", server.address, "--trust-key", server.key_fingerprint, "--world", "stopped"]
    with subprocess.Popen(
        [*command, *where], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as player:
        deadline = time.monotonic() + 30
        while not _searches(connection.client) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)  # now it waits for events
        player.send_signal(signal.SIGINT)
        out, err = player.communicate(timeout=30)
    assert player.returncode == 1
    assert "interrupted" in err
    assert "Traceback" not in err
    assert out.startswith('{"env": "sokoban:7x7-1"')
    (synthesis,) = _searches(connection.client)
    with Client(server.address) as client:
        assert list(client.watch(synthesis.id))[-1].synthesis == synthesis.id
        assert client.get_synthesis(synthesis.id).state.value == "cancelled"


def _searches(client: Client) -> list[Synthesis]:
    return [synthesis for synthesis in client.list_syntheses() if synthesis.world == "stopped"]
