import json
import subprocess
import sys
from pathlib import Path


def test_the_demo_fails_when_a_world_is_not_solved_and_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "agent_client.demo", "--out", str(tmp_path), "--env", "sokoban:7x7-1"]
    done = subprocess.run([*command, "--max-steps", "4"], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["solved"] is False
    (row,) = summary["worlds"]
    assert (row["env"], row["solved"], row["model"], row["gifs"]) == ("sokoban:7x7-1", False, None, [])
    assert "sokoban:7x7-1" in done.stdout
