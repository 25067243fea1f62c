"""A household, its states of hundreds of objects, through the prompts of a language model."""

import json
from pathlib import Path

import pytest

from synth_server.prompts.tokens import estimate
from tests.e2e.expert.server import MODEL, expert_server
from tests.e2e.test_play import run

GAME = "alfworld:generate?task=pick&seed=3"
BUDGET = 12_000

pytestmark = pytest.mark.long  # the game takes seconds to load; `make test-full` installs what it needs


class Housekeeper:
    """Knows the household, and answers only a prompt that says what changes and what for."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def answer(self, system: str, turn: str) -> str:
        """The reply to a prompt."""
        self.sizes.append(estimate(system) + estimate(turn))
        shown = all(text in turn for text in ("Agent", "holding", "Receptacle", "Effect: ", "put ", "go", "take"))
        source = (Path(__file__).parent / "expert" / "household.py").read_text() if shown else "I see too little."
        return f"```python\n{source}```"


@pytest.mark.parametrize("sdk", ["openai", "anthropic"])
def test_a_household_is_played_with_a_language_model_within_the_budget_and_again_from_its_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sdk: str
) -> None:
    record, keeper = tmp_path / "record.jsonl", Housekeeper()
    asked = ["agent_client", "play", GAME, "--seed", "3", "--json", "--episodes", "1", "--provider"]
    with expert_server(keeper) as model:  # type: ignore[arg-type]  # all that is asked of an expert is an answer
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", model.url)
        spec = model.spec if sdk == "openai" else f"anthropic:{MODEL}"
        first = run(tmp_path / "first", *asked, f"record:{record}+{spec}")
    assert first.returncode == 0, first.stderr
    assert keeper.sizes
    assert max(keeper.sizes) <= BUDGET
    again = run(tmp_path / "again", *asked, f"replay:{record}")
    assert again.returncode == 0, again.stderr
    told, retold = (json.loads(done.stdout.splitlines()[-1]) for done in (first, again))
    assert told["episodes"][0]["solved"]
    assert told["tokens"] > 0
    assert {**told, "seconds": 0} == {**retold, "seconds": 0}
