import json
from pathlib import Path

import pytest

from agent_client.cli import run
from agent_client.session import Connection
from sandbox.data.jsonl import read
from sandbox.data.records import World


def lines(*ends: int) -> str:
    """Rows of one state and action, each with its own outcome."""
    rows = [
        {"goal": "", "state": [{"type": "A", "x": 0}], "action": "go", "next_state": [{"type": "A", "x": end}]}
        | {"reward": 0.0, "done": False}
        for end in ends
    ]
    return "\n".join(json.dumps(row) for row in rows) + "\n"


def test_sound_data_end_with_code_0_and_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "steps.jsonl"
    data.write_text(lines(1, 1))
    assert run(["doctor", str(data)]) == 0
    assert "2 transitions, 1 distinct" in capsys.readouterr().out


def test_contradictions_end_with_code_1_and_are_told_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "steps.jsonl"
    data.write_text(lines(1, 2))
    assert run(["doctor", str(data), "--json"]) == 1
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["status"] == "failed"
    assert report["contradictory"] == 2
    assert {remark["kind"] for remark in report["remarks"]} >= {"stochastic", "contradiction"}


def test_a_file_without_transitions_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "steps.jsonl"
    data.write_text("")
    assert run(["doctor", str(data)]) == 2
    assert "no transition" in capsys.readouterr().err


def test_a_world_that_a_server_holds_is_examined_like_a_file(
    connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = read(lines(1, 2).encode().splitlines(), "x").transitions
    connection.client.create_world(World("doubtful"))
    connection.client.submit("doubtful", rows)
    report = connection.client.diagnose("doubtful")
    assert (report.distinct, report.explainable, report.contradictory) == (2, 1, 2)
    assert report.problems[0].digests == tuple(row.digest() for row in rows)
    where = ["--server", connection.client.address, "--trust-key", connection.key.fingerprint]
    assert run(["doctor", "--world", "doubtful", *where, "--json"]) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["status"], told["explainable"]) == ("failed", 1)


@pytest.mark.parametrize("arguments", [[], ["steps.jsonl", "--world", "w"]])
def test_either_a_file_or_a_world_is_examined(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", *arguments]) == 2
    assert "--world" in capsys.readouterr().err
