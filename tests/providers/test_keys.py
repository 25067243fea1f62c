from pathlib import Path

import pytest

from synth_server.providers.keys import Keys, KeysFileError, read_keys, variable_of

SECRET = "sk-0f9e8d7c6b5a"


def keys_file(directory: Path, text: str, mode: int = 0o600) -> Path:
    path = directory / "keys.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def shown(keys: Keys, url: str) -> str | None:
    key = keys.of_server(url)
    return key.get_secret_value() if key else None


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    keys = read_keys(keys_file(tmp_path, 'openai = "of-file"\nanthropic = "a"'), {"OPENAI_API_KEY": "of-environment"})
    openai, anthropic = keys.of_service("openai"), keys.of_service("anthropic")
    assert openai is not None
    assert anthropic is not None
    assert (openai.get_secret_value(), anthropic.get_secret_value()) == ("of-environment", "a")


def test_a_server_gets_the_key_of_its_host_only(tmp_path: Path) -> None:
    file = keys_file(tmp_path, '"openrouter.ai" = "r"\n"127.0.0.1:8080" = "l"\nopenai = "o"')
    keys = read_keys(file, {"WORLDSMITH_KEY_API_EXAMPLE_ORG": "e", "OPENAI_API_KEY": "o"})
    assert shown(keys, "https://openrouter.ai/api/v1") == "r"
    assert shown(keys, "https://api.example.org/v1") == "e"
    assert shown(keys, "http://127.0.0.1:8080/v1") == "l"
    assert shown(keys, "http://127.0.0.1:8081/v1") is None
    assert shown(keys, "https://openrouter.ai.evil.example/v1") is None
    assert shown(keys, "https://openai/v1") is None  # a host that calls itself so
    assert variable_of("127.0.0.1:8080") == "WORLDSMITH_KEY_127_0_0_1_8080"


def test_a_key_goes_over_plain_http_only_where_the_file_says_so(tmp_path: Path) -> None:
    keys = read_keys(keys_file(tmp_path, '"openrouter.ai" = "r"\n"http://vllm:8000" = "v"'), {})
    assert shown(keys, "http://openrouter.ai/api/v1") is None
    assert shown(keys, "http://vllm:8000/v1") == "v"
    assert shown(keys, "http://vllm:8001/v1") is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(KeysFileError, match="may be read by others; run: chmod 600"):
        read_keys(keys_file(tmp_path, f'openai = "{SECRET}"', mode), {})


@pytest.mark.parametrize(
    "text",
    [
        f"openai = {SECRET}",
        f'openai = "{SECRET}',
        f'[openai]\nkey = "{SECRET}"',
        f"{SECRET}",
        'openai = ""',
        "openai = 7",
    ],
)
def test_a_file_that_is_none_is_refused_without_showing_what_it_holds(tmp_path: Path, text: str) -> None:
    with pytest.raises(KeysFileError) as caught:
        read_keys(keys_file(tmp_path, text), {})
    assert SECRET not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeysFileError, match="No such file"):
        read_keys(tmp_path / "none.toml", {})


def test_keys_are_not_shown(tmp_path: Path) -> None:
    keys = read_keys(keys_file(tmp_path, f'openai = "{SECRET}"'), {"ANTHROPIC_API_KEY": SECRET})
    assert SECRET not in repr(keys) + repr(vars(keys)) + repr(keys.of_service("openai"))
