"""The same agent with other providers: a script of programs, and a language model's recorded answers."""

import json
from pathlib import Path

import pytest

from tests.e2e.expert.expert import NOTHING_MOVES, Expert
from tests.e2e.expert.lessons import doorkey
from tests.e2e.expert.server import expert_server
from tests.e2e.test_play import DOORKEY, run


def test_an_agent_solves_doorkey_with_scripted_programs(tmp_path: Path) -> None:
    script = tmp_path / "programs.jsonl"
    sources = (NOTHING_MOVES, (Path(__file__).parent / "expert" / "doorkey.py").read_text())
    script.write_text("".join(json.dumps({"source": source}) + "\n" for source in sources))
    done = run(tmp_path, "agent_client", "play", DOORKEY, "--provider", f"scripted:{script}", "--seed", "1", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["env_steps_to_first_solved"] <= 100
    assert told["provider_calls"] == len(sources)


@pytest.mark.long
def test_an_agent_solves_doorkey_with_a_language_model_and_again_from_its_record(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    asked = ["agent_client", "play", DOORKEY, "--seed", "1", "--json", "--provider"]
    with expert_server(Expert(doorkey())) as model:
        first = run(tmp_path / "first", *asked, f"record:{record}+{model.spec}")
        assert first.returncode == 0, first.stderr
        requests = len(model.asked)
    again = run(tmp_path / "again", *asked, f"replay:{record}")
    assert again.returncode == 0, again.stderr
    told, retold = (json.loads(done.stdout.splitlines()[-1]) for done in (first, again))
    assert told["provider_calls"] == requests > 0
    assert told["tokens"] > 0
    assert {**told, "seconds": 0} == {**retold, "seconds": 0}
