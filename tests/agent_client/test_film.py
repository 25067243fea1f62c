from pathlib import Path

import pytest
from PIL import Image

from agent_client.cli import run
from agent_client.embedded import EmbeddedServer
from agent_client.events import Decided, EpisodeStarted, Stepped
from agent_client.explore import Decision, Move
from agent_client.film import Film
from agent_client.render import write_gif
from sandbox.runtime.actions import Action
from tests.agent_client.corridor import situation


def test_every_step_of_a_play_is_a_frame_that_says_what_is_done_and_why(tmp_path: Path) -> None:
    written: list[list[list[str]]] = []
    film = Film(
        lambda: Image.new("RGB", (40, 20), "white"), lambda frames, path, captions: written.append(list(captions))
    )
    film(EpisodeStarted(1, 0, "light the lamp", situation(0)))
    film(Decided(Decision(Move.ASK, "press was never tried")))
    film(Stepped(1, Action("press"), 0.0, False, False, situation(0), Move.ASK, None))
    film.write(tmp_path / "film.gif")
    first, second = written[0]
    assert first[0] == second[0] == "episode 1: light the lamp"
    assert second[1:] == ["step 1, 0 surprises; no model yet", "asks: press", "press was never tried"]


def test_captions_stand_below_the_frames(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (100, 50), color) for color in ("red", "blue")]
    write_gif(frames, tmp_path / "two.gif", captions=[["one", "two"], ["three", "four"]])
    with Image.open(tmp_path / "two.gif") as made:
        assert made.n_frames == 2
        assert made.width >= 100
        assert made.height > 50 + 20


def test_play_writes_a_film(server: EmbeddedServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--server", server.address, "--trust-key", server.key_fingerprint]
    path = tmp_path / "film.gif"
    assert run(["play", "minigrid:MiniGrid-Empty-5x5-v0", "--provider", "inductive", "--film", str(path), *where]) == 0
    with Image.open(path) as made:
        assert made.n_frames > 5
