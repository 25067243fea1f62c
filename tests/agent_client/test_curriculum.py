import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from agent_client.adapters import registry
from agent_client.agent import PlaySettings
from agent_client.cli import run
from agent_client.curriculum import Course, CurriculumError, Stage, read
from agent_client.embedded import EmbeddedServer
from agent_client.learning import LearnSettings
from agent_client.playing import PlayRequest
from agent_client.session import Connection
from tests.agent_client.conftest import Script
from tests.agent_client.corridor import GOOD, Corridor

FILE = """
provider = "inductive"
seed = 3
max_steps = 400

[[stage]]
env = "minigrid:MiniGrid-Empty-5x5-v0"

[[stage]]
env = "sokoban:7x7-1"
episodes = 2
max_steps = 50
"""


def test_a_curriculum_is_read_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "course.toml"
    path.write_text(FILE)
    stages = [Stage("minigrid:MiniGrid-Empty-5x5-v0", 1, 400), Stage("sokoban:7x7-1", 2, 50)]
    assert read(path) == (stages, "inductive", 3)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "stage: there is none"),
        ("[[stage]]\n", "stage[0].env: it is missing"),
        ('[[stage]]\nenv = "a"\n[[stage]]\nenv = 3\n', "stage[1].env: it must be a string, not 3"),
        ('[[stage]]\nenv = "a"\nepisodes = 0\n', "stage[0].episodes: it must be at least 1, not 0"),
        ('[[stage]]\nenv = "a"\nepisodes = true\n', "stage[0].episodes: it must be an integer, not True"),
        ('[[stage]]\nenv = "a"\nlevel = 3\n', "stage[0].level: there is no such field"),
        ('colour = 1\n[[stage]]\nenv = "a"\n', "colour: there is no such field"),
        ("stage = [1]\n", "stage[0]: it must be a table"),
        ("[[stage\n", "is no TOML"),
    ],
)
def test_what_is_wrong_with_a_curriculum_is_told_by_field(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "course.toml"
    path.write_text(text)
    with pytest.raises(CurriculumError) as caught:
        read(path)
    assert told in str(caught.value)
    assert str(path) in str(caught.value)


def test_stages_of_one_definition_share_a_world_and_begin_with_its_model(
    connection: Connection, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(spec: str) -> Corridor:
        made = Corridor()
        made.world = replace(made.world, description=spec)
        return made

    monkeypatch.setattr(registry, "make", make)
    request = PlayRequest(learn=LearnSettings(provider=script(GOOD)), play=PlaySettings(max_steps=300))
    course = Course(connection, request, lambda game: nullcontext(lambda event: None), "course")
    first, second, other = (course.play(Stage(env)) for env in ("one", "one", "another"))
    assert [one.world for one in (first, second, other)] == ["course", "course", "course-2"]
    assert [one.result.syntheses for one in (first, second, other)] == [1, 0, 0]
    assert first.diff is None
    assert second.diff is not None
    assert str(second.diff) == "the same program"
    assert other.model is not None
    assert other.model == first.model


def test_the_command_learns_plays_and_tells_what_it_reused(
    server: EmbeddedServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "course.toml", tmp_path / "model"
    file.write_text(
        'provider = "inductive"\nmax_steps = 300\n'
        '[[stage]]\nenv = "minigrid:MiniGrid-Empty-5x5-v0"\n[[stage]]\nenv = "minigrid:MiniGrid-Empty-6x6-v0"\n'
    )
    where = ["--server", server.address, "--trust-key", server.key_fingerprint]
    assert run(["learn", str(file), *where, "--out", str(out), "--json"]) == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    first, second = told["stages"]
    assert second["env_steps_to_first_solved"] < first["env_steps_to_first_solved"]
    assert second["world"] == first["world"] == told["world"]
    assert first["reused"] is None
    assert second["reused"]["kept"] > 0
    assert "reused" in captured.err or "the same program" in captured.err
    assert (out / "model.py").exists()
    assert (out / "certificate.json").exists()
