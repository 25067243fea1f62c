import pytest

from synth_server.providers.spec import Spec, UnknownProviderError, parse


@pytest.mark.parametrize(
    ("text", "model", "url"),
    [
        ("openai-chat:qwen@http://127.0.0.1:8080/v1", "qwen", "http://127.0.0.1:8080/v1"),
        ("openai-chat:qwen/qwen2.5:7b@https://openrouter.ai/api/v1", "qwen/qwen2.5:7b", "https://openrouter.ai/api/v1"),
        ("openai-chat:claude@2026@https://h/v1", "claude@2026", "https://h/v1"),
        ("openai-chat:m@http://[::1]:8080/v1", "m", "http://[::1]:8080/v1"),
    ],
)
def test_a_model_of_a_server_may_hold_slashes_colons_and_ats(text: str, model: str, url: str) -> None:
    spec = parse(text)
    assert (spec.name, spec.model, spec.url) == ("openai-chat", model, url)


def test_groups_nest_in_parentheses() -> None:
    spec = parse("ensemble:inductive,(fallback:openai:gpt-5,(openai-chat:a,b@http://h/v1)),record:f+(scripted:x,y)")
    assert [member.name for member in spec.members] == ["inductive", "fallback", "record"]
    assert [member.text for member in spec.members[1].members] == ["openai:gpt-5", "openai-chat:a,b@http://h/v1"]
    assert spec.members[2].members[0].file == "x,y"


def test_a_record_ends_at_the_plus_before_a_provider() -> None:
    spec = parse("record:a+b.jsonl+ensemble:inductive,openai:gpt-5")
    assert (spec.file, spec.members[0].text) == ("a+b.jsonl", "ensemble:inductive,openai:gpt-5")
    assert parse("record:f+(inductive)").members == (Spec("inductive", "inductive"),)


def test_it_is_known_what_is_free() -> None:
    assert parse("ensemble:inductive,replay:f").free
    assert parse("record:f+inductive").free
    assert not parse("fallback:inductive,openai:gpt-5").free


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("openia:gpt-5", "there is no provider 'openia'"),
        ("openai", "openai:MODEL"),
        ("openai: gpt", "openai:MODEL"),
        ("anthropic:", "anthropic:MODEL"),
        ("openai-chat:qwen", "openai-chat:MODEL@URL"),
        ("openai-chat:qwen@127.0.0.1:8080", "openai-chat:MODEL@URL"),
        ("openai-chat:@http://h/v1", "openai-chat:MODEL@URL"),
        ("openai-chat:m@http://h:99999/v1", "openai-chat:MODEL@URL"),
        ("openai-chat:m@ftp://h/v1", "openai-chat:MODEL@URL"),
        ("record:f", "record:FILE+PROVIDER"),
        ("record:f+nobody", "record:FILE+PROVIDER"),
        ("replay:", "replay:FILE"),
        ("ensemble:inductive", "at least two"),
        ("ensemble:inductive,inductive", "no two alike"),
        ("ensemble:inductive,", "there is no provider ''"),
        ("ensemble:inductive,fallback:openai:a,openai:b", "in parentheses"),
        ("ensemble:(inductive,openai:a", "not closed"),
        ("ensemble:inductive),openai:a", "not opened"),
        ("fallback:(inductive)x,openai:a", "nothing may follow"),
    ],
)
def test_what_is_no_spec_is_refused_with_what_is_expected(text: str, expected: str) -> None:
    with pytest.raises(UnknownProviderError) as caught:
        parse(text)
    assert expected in str(caught.value)


@pytest.mark.parametrize("url", ["https://user:sk-secret@h/v1", "https://h/v1?key=sk-secret", "https://h/v1#sk-secret"])
def test_a_key_in_a_spec_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(UnknownProviderError, match="keys come from") as caught:
        parse(f"openai-chat:m@{url}")
    assert "sk-secret" not in str(caught.value)
