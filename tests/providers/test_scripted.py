import json
from pathlib import Path

import pytest

from synth_server.providers.protocol import ProviderError, ProviderExhaustedError
from synth_server.providers.scripted import ScriptError
from synth_server.providers.spec import UnknownProviderError, known_providers
from tests.providers.support import asked, providers


def script(folder: Path, text: str) -> str:
    (folder / "script.jsonl").write_text(text)
    return f"scripted:{folder / 'script.jsonl'}"


async def test_entries_answer_requests_by_index_and_then_end(tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text("second")
    provider = providers().make(
        script(tmp_path, '{"source": "first", "tokens": 5}\n\n{"file": "two.py", "delay": 0.01}\n')
    )
    assert (await provider.propose(asked(1))).source == "second"
    first = await provider.propose(asked(0))
    assert (first.source, first.usage.calls, first.usage.tokens) == ("first", 1, 5)
    with pytest.raises(ProviderExhaustedError, match="2 entries"):
        await provider.propose(asked(2))


async def test_a_list_and_plain_texts_will_do(tmp_path: Path) -> None:
    provider = providers().make(script(tmp_path, json.dumps(["first", {"error": "overloaded"}])))
    assert (await provider.propose(asked(0))).source == "first"
    with pytest.raises(ProviderError, match="overloaded"):
        await provider.propose(asked(1))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "neither a JSON list nor JSON Lines"),
        ('{"sauce": "x"}', "entry 1: write a text, or an object"),
        ('{"source": "x"}\n{"delay": 1}', "entry 2: write one of source, file and error"),
        ('{"source": "x", "delay": "long"}', "are numbers"),
        ('{"file": "missing.py"}', "cannot read .*missing.py: No such file"),
    ],
)
def test_a_script_that_cannot_be_used_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ScriptError, match=message):
        providers().make(script(tmp_path, text))


def test_a_missing_script_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="cannot read"):
        providers().make(f"scripted:{tmp_path / 'none'}")


@pytest.mark.parametrize("spec", ["", "openia", "scripted", "scripted:", "inductive:x"])
def test_an_unknown_provider_is_refused_in_words(spec: str) -> None:
    with pytest.raises(UnknownProviderError, match=r"inductive|scripted:FILE"):
        providers().make(spec)


def test_the_inductive_provider_is_known() -> None:
    assert providers().make("inductive").spec == "inductive"
    assert "inductive" in known_providers()
