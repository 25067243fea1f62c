import io
from pathlib import Path

from rich.console import Console

from agent_client.events import EpisodeEnded, EpisodeStarted, Event, Stepped
from agent_client.explore import Move
from agent_client.live import LiveView, PlainView, view
from agent_client.recording import Recorder
from sandbox.runtime.actions import Action
from tests.agent_client.corridor import situation

PLAY: list[Event] = [
    EpisodeStarted(1, 5, "light the lamp", situation(0)),
    Stepped(1, Action("press"), 1.0, True, False, situation(0, on=True), Move.TRY, None),
    EpisodeEnded(1, True, 1, 1.0, "solved"),
    EpisodeStarted(2, 6, "light the lamp", situation(1)),
    EpisodeEnded(2, False, 0, 0.0, "abandoned"),
    EpisodeStarted(3, 7, "light the lamp", situation(1)),
    EpisodeEnded(3, True, 0, 0.0, "solved"),
]


def test_a_terminal_shows_the_picture_and_the_figures() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100, height=30)
    with view(console, "corridor", lambda: "\x1b[32m@...\x1b[0m", pause=0) as shown:
        assert isinstance(shown, LiveView)
        for event in PLAY:
            shown(event)
    text = out.getvalue()
    assert "@..." in text
    assert "light the lamp" in text
    assert "episode 1 solved after 1 steps, reward 1" in text


def test_a_pipe_gets_plain_lines() -> None:
    out = io.StringIO()
    console = Console(file=out, width=40)
    with view(console, "corridor", lambda: "@...") as shown:
        assert isinstance(shown, PlainView)
        for event in PLAY:
            shown(event)
    assert "\x1b" not in out.getvalue()
    assert out.getvalue().splitlines()[0] == "episode 1 (seed 5): light the lamp"
    assert "episode 2 abandoned after 0 steps, reward 0" in out.getvalue()


def test_each_solved_episode_is_recorded_in_a_file_of_its_own(tmp_path: Path) -> None:
    written: list[tuple[int, str]] = []
    recorder = Recorder(
        lambda: "frame", lambda frames, path: written.append((len(frames), path.name)), tmp_path / "a.gif"
    )
    for event in PLAY:
        recorder(event)
    assert written == [(2, "a.gif"), (1, "a-2.gif")]
    assert recorder.written == [tmp_path / "a.gif", tmp_path / "a-2.gif"]
