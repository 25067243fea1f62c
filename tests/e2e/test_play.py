"""From nothing to a solved world: a real server process, real containers, real environments, the built-in provider."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

REPOSITORY = Path(__file__).parents[2]
DOORKEY, SOKOBAN = "minigrid:MiniGrid-DoorKey-5x5-v0", "sokoban:7x7-2"


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a module of the client, with folders of its own."""
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def play(tmp_path: Path, env: str, episodes: int, seed: int) -> dict[str, Any]:
    """The figures of ``worldsmith play``."""
    asked = ["--episodes", str(episodes), "--seed", str(seed), "--json"]
    done = run(tmp_path, "agent_client", "play", env, *asked)
    assert done.stdout, done.stderr
    return {"exit": done.returncode, **json.loads(done.stdout.splitlines()[-1])}


def test_an_agent_that_knows_nothing_solves_doorkey_within_150_steps_and_then_fresh_levels(tmp_path: Path) -> None:
    result = play(tmp_path, DOORKEY, episodes=4, seed=1)
    assert result["exit"] == 0
    assert result["env_steps_to_first_solved"] <= 150
    solved = [episode["solved"] for episode in result["episodes"]]
    assert solved[-4:] == [True] * 4
    assert result["tokens"] == 0
    assert result["syntheses"] > 0


def test_an_agent_that_knows_nothing_solves_sokoban_within_400_steps(tmp_path: Path) -> None:
    result = play(tmp_path, SOKOBAN, episodes=1, seed=1)
    assert result["exit"] == 0
    assert result["env_steps_to_first_solved"] <= 400
    assert result["episodes"][-1]["reward"] > 0


@pytest.mark.long
def test_the_demo_leaves_models_certificates_animations_and_a_summary(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    done = run(tmp_path, "agent_client.demo", "--out", str(out))
    assert done.returncode == 0, done.stderr + done.stdout
    summary = json.loads((out / "summary.json").read_text())
    assert summary["solved"] is True
    assert [world["env"] for world in summary["worlds"]] == [DOORKEY, SOKOBAN]
    for world in summary["worlds"]:
        assert "def transition(" in (out / world["model"]).read_text()
        assert json.loads((out / world["certificate"]).read_text())
        assert len(world["gifs"]) == sum(episode["solved"] for episode in world["episodes"])
        for gif in world["gifs"]:
            with Image.open(out / gif) as picture:
                assert picture.n_frames > 1  # type: ignore[attr-defined]


@pytest.mark.long
@pytest.mark.parametrize(("env", "steps", "fresh"), [(DOORKEY, 150, 10), (SOKOBAN, 400, 9)])
def test_several_seeds_hold_what_the_readme_states(tmp_path: Path, env: str, steps: int, fresh: int) -> None:
    good = 0
    for seed in (2, 3, 4):
        result = play(tmp_path, env, episodes=11, seed=seed * 1000)
        solved = [episode["solved"] for episode in result["episodes"]]
        after = solved[solved.index(True) + 1 :][:10]
        good += result["env_steps_to_first_solved"] <= steps and sum(after) >= fresh
    assert good >= 2
