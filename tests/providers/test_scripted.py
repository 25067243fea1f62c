import json
from pathlib import Path

import pytest

from synth_server.providers.protocol import ProviderError, ProviderExhaustedError, Request
from synth_server.providers.registry import UnknownProviderError, known_providers, make_provider
from synth_server.providers.scripted import ScriptError
from tests.verify.worlds import WORLD


def asked(index: int) -> Request:
    return Request(WORLD, (), (), index=index, seed=0)


def script(folder: Path, text: str) -> str:
    (folder / "script.jsonl").write_text(text)
    return f"scripted:{folder / 'script.jsonl'}"


async def test_entries_answer_requests_by_index_and_then_end(tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text("second")
    provider = make_provider(
        script(tmp_path, '{"source": "first", "tokens": 5}\n\n{"file": "two.py", "delay": 0.01}\n')
    )
    assert (await provider.propose(asked(1))).source == "second"
    first = await provider.propose(asked(0))
    assert (first.source, first.usage.calls, first.usage.tokens) == ("first", 1, 5)
    with pytest.raises(ProviderExhaustedError, match="2 entries"):
        await provider.propose(asked(2))


async def test_a_list_and_plain_texts_will_do(tmp_path: Path) -> None:
    provider = make_provider(script(tmp_path, json.dumps(["first", {"error": "overloaded"}])))
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
        make_provider(script(tmp_path, text))


def test_a_missing_script_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="cannot read"):
        make_provider(f"scripted:{tmp_path / 'none'}")


@pytest.mark.parametrize("spec", ["", "openia", "scripted", "scripted:", "inductive:x"])
def test_an_unknown_provider_is_refused_in_words(spec: str) -> None:
    with pytest.raises(UnknownProviderError, match=r"inductive|scripted:FILE"):
        make_provider(spec)


def test_the_inductive_provider_is_known() -> None:
    assert make_provider("inductive").spec == "inductive"
    assert "inductive" in known_providers()
