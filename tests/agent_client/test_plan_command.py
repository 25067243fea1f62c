"""``worldsmith plan`` as a user runs it."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.agent_client.cells import Ran, worldsmith, write_data
from tests.agent_client.conftest import Script
from tests.agent_client.corridor import GOAL, GOOD

SOKOBAN = (Path(__file__).parents[2] / "bench" / "models" / "sokoban.py").read_text()
START = [{"type": "Walker", "x": 3}, {"type": "Lamp", "x": 5, "on": False}]
WORLD = {"world": "corridor", "actions": ["left", "press", "right"]}
STEPS = ["right", "right", "press"]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A model without a certificate."""
    path = tmp_path / "own.py"
    path.write_text(GOOD)
    return path


@pytest.fixture
def start(tmp_path: Path) -> Path:
    path = tmp_path / "start.jsonl"
    path.write_text(f"{json.dumps(WORLD)}\n{json.dumps({'state': START, 'goal': GOAL})}\n")
    return path


@pytest.fixture
def sokoban(tmp_path: Path) -> Path:
    path = tmp_path / "sokoban.py"
    path.write_text(SOKOBAN)
    return path


def is_refusal(ran: Ran, *words: str) -> bool:
    lines = ran.err.strip().splitlines()
    return ran.code == 2 and ran.out == "" and len(lines) == 1 and all(word in lines[0] for word in words)


def test_a_plan_is_drawn_step_by_step_with_what_changes(program: Path, start: Path, tmp_path: Path) -> None:
    ran = worldsmith("plan", program, "--state", start, home=tmp_path)
    assert ran.code == 0, ran.err
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert lines[:3] == ["1 right Walker x 3 -> 4", "2 right Walker x 4 -> 5", "3 press Lamp on false -> true +1 ends"]
    assert re.fullmatch(r"found with 3 steps.*; \d+ states searched by \w+", lines[3])
    assert "own.py has no certificate.json" in ran.err
    assert "jail" in ran.err


def test_a_plan_as_json(program: Path, start: Path, tmp_path: Path) -> None:
    ran = worldsmith("plan", program, "--state", start, "--planner", "bfs", "--json", home=tmp_path)
    assert (ran.code, ran.out.count("\n")) == (0, 1)
    told = ran.json
    assert [step["action"] for step in told["steps"]] == STEPS
    assert told["steps"][-1] == {"action": "press", "reward": 1.0, "done": True, "change": "Lamp on false -> true"}
    assert (told["verdict"], told["planner"], told["shortest"]) == ("found", "bfs", True)
    assert (told["certificate"], told["isolation"], told["environment"]) == ("missing", "jail", None)


def test_no_plan_is_told_with_the_verdict_and_what_it_means(program: Path, start: Path, tmp_path: Path) -> None:
    spent = worldsmith("plan", program, "--state", start, "--nodes", 2, home=tmp_path)
    assert (spent.code, spent.out.splitlines()[0].partition(":")[0]) == (1, "open")
    start.write_text(start.read_text().replace('"x": 5', '"x": 50'))
    never = worldsmith("plan", program, "--state", start, home=tmp_path)
    assert (never.code, never.out.splitlines()[0].partition(":")[0]) == (1, "refuted")


def test_a_model_that_raises_is_told_by_its_error(program: Path, start: Path, tmp_path: Path) -> None:
    program.write_text(GOOD.replace("walker.x += 1", "walker.z += 1"))
    ran = worldsmith("plan", program, "--state", start, home=tmp_path)
    assert ran.code == 1
    assert "the model went wrong: AttributeError" in ran.out
    program.write_text("def transition(state, action)\n    return state\n")
    assert "does not load: line 1" in worldsmith("plan", program, "--state", start, home=tmp_path).err


def test_a_state_may_be_an_array_on_many_lines_or_come_from_standard_input(
    program: Path, start: Path, tmp_path: Path
) -> None:
    program.write_text(GOOD + "\n\ndef actions(state):\n    return ['left', 'press', 'right']\n")
    array = tmp_path / "state.json"
    array.write_text(json.dumps(START, indent=2))
    assert worldsmith("plan", program, "--state", array, home=tmp_path).code == 0
    assert worldsmith("plan", program, "--state", "-", home=tmp_path, stdin=array.read_text()).code == 0
    data = write_data(tmp_path / "steps.jsonl")
    assert worldsmith("plan", program, "--state", data, home=tmp_path).code == 0


def test_a_model_whose_actions_nobody_tells_is_explained(program: Path, tmp_path: Path) -> None:
    array = tmp_path / "state.json"
    array.write_text(json.dumps(START))
    ran = worldsmith("plan", program, "--state", array, home=tmp_path)
    assert ran.code == 1
    assert "no action is known" in ran.err


def test_wrong_use_is_told_in_one_line(program: Path, start: Path, tmp_path: Path) -> None:
    def plan(*arguments: object) -> Ran:
        return worldsmith("plan", *arguments, home=tmp_path)

    assert is_refusal(plan(program), "--state FILE", "--env ENV")
    assert is_refusal(plan(program, "--state", start, "--env", "sokoban:7x7-2"), "either")
    assert is_refusal(plan(program, "--state", start, "--gif", tmp_path / "x.gif"), "--gif", "--env")
    assert is_refusal(plan(program, "--state", start, "--planner", "dowsing"), "dowsing", "bfs")
    assert is_refusal(plan(program, "--state", start, "--nodes", 0), "--nodes")
    assert is_refusal(plan(tmp_path / "gone.py", "--state", start), "gone.py")
    assert is_refusal(plan(program, "--state", tmp_path / "gone.json"), "gone.json", "No such file")
    assert is_refusal(plan(program, "--env", "chess:8x8"), "chess:8x8", "sokoban:")
    assert is_refusal(plan(tmp_path, "--state", start), "model.py", "No such file")
    for text, word in (("", "no state"), ("[1]", "state[0]"), ("[", "not JSON"), ('{"state": 3}', "state.json:1")):
        (tmp_path / "state.json").write_text(text)
        assert is_refusal(plan(program, "--state", tmp_path / "state.json"), word), text


def test_a_plan_is_tried_in_its_environment_and_kept_as_a_gif(sokoban: Path, tmp_path: Path) -> None:
    gif = tmp_path / "plan.gif"
    ran = worldsmith("plan", sokoban, "--env", "sokoban:7x7-2", "--seed", 3, "--gif", gif, "--json", home=tmp_path)
    assert ran.code == 0, ran.err
    tried = ran.json["environment"]
    assert tried == {"steps": len(ran.json["steps"]), "reward": tried["reward"], "solved": True, "surprise": ""}
    assert tried["reward"] > 10
    with Image.open(gif) as picture:
        assert picture.n_frames == len(ran.json["steps"]) + 1
    assert "\x1b" not in ran.err


def test_a_plan_that_does_not_hold_is_told_with_the_step(sokoban: Path, tmp_path: Path) -> None:
    sokoban.write_text("""
def transition(state, action):
    if action == "noop":
        state.one("Player").x = 0
    return state


def reward(state, action, next_state, goal):
    return 1.0, state.one("Player").x == 0
""")
    ran = worldsmith("plan", sokoban, "--env", "sokoban:7x7-1", home=tmp_path)
    assert ran.code == 1
    assert "sokoban:7x7-1 does otherwise at step 1: surprise at noop" in " ".join(ran.out.split())


def test_on_a_terminal_the_environment_is_shown(sokoban: Path, tmp_path: Path) -> None:
    mine, theirs = pty.openpty()
    command = [sys.executable, "-m", "agent_client", "plan", str(sokoban), "--env", "sokoban:7x7-1", "--seed", "3"]
    environment = os.environ | {"XDG_CONFIG_HOME": str(tmp_path), "TERM": "xterm-256color"}
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=environment) as process:
        os.close(theirs)
        seen = b""
        while True:
            try:
                part = os.read(mine, 65536)
            except OSError:  # the terminal's other end is closed
                break
            seen += part
        assert process.wait() == 0
    os.close(mine)
    assert seen.decode().count("██") > 40


@pytest.mark.long
def test_what_synthesize_wrote_is_planned_with_and_refused_once_it_is_changed(tmp_path: Path, script: Script) -> None:
    out, data = tmp_path / "out", write_data(tmp_path / "steps.jsonl")
    made = worldsmith("synthesize", data, "--provider", script(GOOD), "--out", out, home=tmp_path)
    assert made.code == 0, made.err
    model = out / "model.py"
    ran = worldsmith("plan", model, "--state", data, "--json", home=tmp_path)
    assert (ran.code, ran.json["certificate"]) == (0, "verified"), ran.err
    assert "certified: verified, fits 100% of 14 transitions of corridor" in ran.err
    assert worldsmith("plan", out, "--state", data, home=tmp_path).code == 0
    elsewhere = worldsmith("plan", model, "--state", data, home=tmp_path / "other")
    assert is_refusal(elsewhere, "not trusted here", "--trust-key")
    key = json.loads((out / "certificate.json").read_text())["key_fingerprint"]
    named = worldsmith("plan", model, "--state", data, "--trust-key", key, home=tmp_path / "other")
    assert named.code == 0
    model.write_text(GOOD + "# better\n")
    assert is_refusal(worldsmith("plan", model, "--state", data, home=tmp_path), "the text of model", "model.py")
    (out / "certificate.json").write_text("{}")
    assert is_refusal(worldsmith("plan", model, "--state", data, home=tmp_path), "certificate.json", "damaged")
