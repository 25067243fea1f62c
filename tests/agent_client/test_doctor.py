import json
from pathlib import Path

import pytest

from agent_client.cli import run


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
