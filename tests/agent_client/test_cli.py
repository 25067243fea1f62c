import base64
import json
import re
import socket
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from agent_client import embedded
from agent_client.client import Client
from tests.agent_client.cells import Ran, worldsmith, write_data
from tests.agent_client.conftest import Script
from tests.agent_client.corridor import GOOD, HOPELESS
from tests.agent_client.ports import free_port

FIGURES = {
    "status",
    "fit",
    "next_state_fit",
    "reward_fit",
    "done_fit",
    "held_back_fit",
    "uncertain",
    "identity_baseline",
    "optimism",
    "transitions",
    "sandbox",
    "seconds",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "steps.jsonl")


def is_refusal(ran: Ran, *words: str) -> bool:
    """One clear line on standard error, nothing on standard output, exit code 2."""
    lines = ran.err.strip().splitlines()
    return ran.code == 2 and ran.out == "" and len(lines) == 1 and all(word in lines[0] for word in words)


def at(server: embedded.EmbeddedServer) -> list[str]:
    """The options that name a server and its key."""
    return ["--server", server.address, "--trust-key", server.key_fingerprint]


@pytest.mark.parametrize(
    "command",
    [[], ["play"], ["synthesize"], ["check"], ["plan"], ["models"], ["syntheses"], ["trace"], ["providers"], ["serve"]],
)
def test_help_is_there_for_every_command(command: list[str], tmp_path: Path) -> None:
    ran = worldsmith(*command, "--help", home=tmp_path)
    assert ran.code == 0
    assert ran.out.startswith("Usage: worldsmith")
    assert ran.err == ""


def test_help_shows_every_command_and_how_to_begin(tmp_path: Path) -> None:
    shown = worldsmith("--help", home=tmp_path).out
    assert all(
        f"\n  {name} " in shown for name in ("play", "synthesize", "check", "plan", "models", "providers", "serve")
    )
    assert "worldsmith play minigrid:" in shown


def test_wrong_use_is_told_in_one_line(tmp_path: Path, data: Path) -> None:
    (tmp_path / "m.py").write_text(GOOD)
    assert is_refusal(worldsmith("jump", home=tmp_path), "jump", "play", "--help")
    assert is_refusal(worldsmith("plya", home=tmp_path), "plya", "did you mean `play`")
    assert is_refusal(worldsmith("play", home=tmp_path), "ENV", "worldsmith play --help")
    assert is_refusal(worldsmith("play", "chess:8x8", home=tmp_path), "chess:8x8", "minigrid:", "sokoban:")
    assert is_refusal(worldsmith("play", "sokoban:2x2-9", home=tmp_path), "sokoban:2x2-9", "5 to 30")
    assert is_refusal(worldsmith("play", "minigrid:MiniGrid-Nothing-v0", home=tmp_path), "MiniGrid-Nothing-v0")
    assert is_refusal(worldsmith("synthesize", data, home=tmp_path), "--out")
    assert is_refusal(worldsmith("synthesize", data, "--out", tmp_path, "--seconds", 0, home=tmp_path), "--seconds")
    assert is_refusal(worldsmith("synthesize", "gone.jsonl", "--out", tmp_path, home=tmp_path), "gone.jsonl", "No such")
    assert is_refusal(worldsmith("check", "gone.py", data, home=tmp_path), "gone.py")
    assert is_refusal(worldsmith("models", "--trust-key", "xyz", home=tmp_path), "--trust-key", "xyz")


def test_a_wrong_address_is_told_with_what_to_do(tmp_path: Path, data: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    assert is_refusal(worldsmith("models", "--server", address, home=tmp_path), address, "worldsmith serve")
    assert is_refusal(worldsmith("models", "--server", "nonsense", home=tmp_path), "nonsense", "HOST:PORT")
    with socket.socket() as web:
        web.bind(("127.0.0.1", 0))
        web.listen()
        address = f"127.0.0.1:{web.getsockname()[1]}"
        web.close()
        assert is_refusal(worldsmith("models", "--server", address, home=tmp_path), address)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", ("steps.jsonl:2", "not JSON")),
        ('{"state": [], "action": "go", "next_state": [], "reward": 0, "done": false, "x": 1}', (":2", "x")),
        ('{"state": [{"x": 1}], "action": "go", "next_state": [], "reward": 0, "done": false}', (":2", "state[0]")),
    ],
)
def test_malformed_data_is_refused_with_file_line_and_field(tmp_path: Path, line: str, words: tuple[str, ...]) -> None:
    good = '{"state": [], "action": "go", "next_state": [], "reward": 0.0, "done": false}'
    path = tmp_path / "steps.jsonl"
    path.write_text(f"{good}\n{line}\n")
    assert is_refusal(worldsmith("synthesize", path, "--out", tmp_path / "out", home=tmp_path), *words)
    assert not (tmp_path / "out").exists()


def test_data_without_a_transition_are_refused(tmp_path: Path) -> None:
    ran = worldsmith("synthesize", "-", "--out", tmp_path / "out", home=tmp_path, stdin="")
    assert is_refusal(ran, "<stdin>", "no transition")


def test_synthesize_writes_a_model_and_its_certificate(tmp_path: Path, data: Path, script: Script) -> None:
    out = tmp_path / "out"
    ran = worldsmith("synthesize", data, "--provider", script(GOOD), "--out", out, "--json", home=tmp_path)
    assert ran.code == 0, ran.err
    assert ran.json.keys() == FIGURES | {"candidates", "provider_calls", "tokens", "cost_usd", "synthesis"}
    assert (ran.json["status"], ran.json["fit"], ran.json["sandbox"]) == ("verified", 1.0, "docker")
    assert ran.json["optimism"] == {"found": 1, "refuted": 0, "open": 0, "unchecked": 0}
    assert ran.json["transitions"] == 14
    assert (ran.json["candidates"], ran.json["provider_calls"]) == (1, 1)
    assert (out / "model.py").read_text() == GOOD
    certificate = json.loads((out / "certificate.json").read_text())
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(certificate["public_key"]))
    key.verify(base64.b64decode(certificate["signature"]), certificate["statement"].encode())
    assert json.loads(certificate["statement"])["model"] == sha256(GOOD.encode()).hexdigest()
    assert sorted(path.name for path in out.iterdir()) == ["certificate.json", "model.py"]


def test_synthesize_reads_standard_input(
    tmp_path: Path, data: Path, script: Script, server: embedded.EmbeddedServer
) -> None:
    ran = worldsmith(
        "synthesize",
        "-",
        "--provider",
        script(GOOD),
        "--out",
        tmp_path / "out",
        *at(server),
        home=tmp_path,
        stdin=data.read_text(),
    )
    assert ran.code == 0, ran.err
    assert "verified" in ran.out


def test_synthesize_ends_with_1_when_the_best_is_not_enough(
    tmp_path: Path, data: Path, script: Script, server: embedded.EmbeddedServer
) -> None:
    out = tmp_path / "out"
    ran = worldsmith(
        "synthesize", data, "--provider", script(HOPELESS), "--out", out, "--json", *at(server), home=tmp_path
    )
    assert ran.code == 1
    assert ran.json["status"] == "partial"
    assert 0 < ran.json["fit"] < 1
    assert (out / "model.py").read_text() == HOPELESS


def test_synthesize_without_any_model_writes_nothing(
    tmp_path: Path, data: Path, script: Script, server: embedded.EmbeddedServer
) -> None:
    out = tmp_path / "out"
    ran = worldsmith(
        "synthesize", data, "--provider", script({"error": "no"}), "--out", out, "--json", *at(server), home=tmp_path
    )
    assert ran.code == 1
    assert (ran.json["status"], ran.json["transitions"]) == ("failed", 14)
    assert not out.exists()


def test_an_unknown_provider_is_refused(tmp_path: Path, data: Path, server: embedded.EmbeddedServer) -> None:
    ran = worldsmith("synthesize", data, "--provider", "oracle", "--out", tmp_path / "out", *at(server), home=tmp_path)
    assert is_refusal_after_notices(ran, "oracle")


def is_refusal_after_notices(ran: Ran, *words: str) -> bool:
    """The same as a refusal, below the notice of which server is used."""
    lines = ran.err.strip().splitlines()
    return ran.code == 2 and ran.out == "" and lines[-1].startswith("error: ") and all(w in lines[-1] for w in words)


def test_check_tells_a_right_program_from_a_wrong_one(
    tmp_path: Path, data: Path, server: embedded.EmbeddedServer
) -> None:
    for source, code, status in ((GOOD, 0, "verified"), (HOPELESS, 1, "partial"), ("def", 1, "failed")):
        program = tmp_path / "m.py"
        program.write_text(source)
        ran = worldsmith(
            "check", program, data, "--server", server.address, "--json", home=tmp_path,
            environment={"COLUMNS": "200"},
        )  # fmt: skip
        assert (ran.code, ran.json["status"]) == (code, status), ran.err
        assert ran.json.keys() == FIGURES


def test_models_lists_what_was_learned(tmp_path: Path, data: Path, script: Script) -> None:
    provider = script(GOOD)
    assert worldsmith("synthesize", data, "--provider", provider, "--out", tmp_path / "o", home=tmp_path).code == 0
    (row,) = worldsmith("models", "--json", home=tmp_path).json["models"]
    assert (row["status"], row["provider"], row["lines"]) == ("verified", provider, len(GOOD.splitlines()))
    assert re.match(r"corridor-[0-9a-f]{12}", row["world"])
    shown = worldsmith("models", home=tmp_path, environment={"COLUMNS": "200"})
    assert row["id"] in shown.out


def test_providers_lists_what_each_needs_and_costs(tmp_path: Path, server: embedded.EmbeddedServer) -> None:
    found = worldsmith("providers", "--server", server.address, "--json", home=tmp_path).json["providers"]
    told = {one["spec"]: one for one in found}
    assert told["inductive"]["free"]
    assert {"model": "gpt-5", "input_usd": 1.25, "output_usd": 10.0} in told["openai:MODEL"]["usd_per_million_tokens"]
    shown = worldsmith("providers", "openai:gpt-5", "--server", server.address, home=tmp_path)
    assert "gpt-5 1.25 and 10" in shown.out
    refused = worldsmith("providers", "openia", "--server", server.address, home=tmp_path)
    assert refused.code == 2
    assert "there is no provider 'openia'" in refused.err


def test_the_first_key_of_a_server_is_kept_and_another_one_refused(
    tmp_path: Path, server: embedded.EmbeddedServer
) -> None:
    first = worldsmith("models", "--server", server.address, home=tmp_path)
    assert first.code == 0
    assert f"trusting {server.address} from now on" in first.err
    assert "trusting" not in worldsmith("models", "--server", server.address, home=tmp_path).err
    known = tmp_path / "config" / "worldsmith" / "known_keys.json"
    known.write_text(json.dumps({server.address: "0" * 64}))
    assert is_refusal(worldsmith("models", "--server", server.address, home=tmp_path), "has changed", str(known))
    pinned = worldsmith("models", "--server", server.address, "--trust-key", "1" * 64, home=tmp_path)
    assert is_refusal(pinned, "not the trusted")
    right = worldsmith("models", "--server", server.address, "--trust-key", server.key_fingerprint, home=tmp_path)
    assert right.code == 0


def test_play_gives_its_figures_as_json(tmp_path: Path, server: embedded.EmbeddedServer, script: Script) -> None:
    ran = worldsmith(
        "play", "sokoban:7x7-1", "--provider", script({"error": "no"}), "--max-steps", 12, "--server", server.address,
        "--json", home=tmp_path,
    )  # fmt: skip
    assert ran.code == 1, ran.err
    assert set(ran.json) == {
        "env",
        "episodes",
        "env_steps_to_first_reward",
        "env_steps_to_first_solved",
        "syntheses",
        "surprises",
        "provider_calls",
        "tokens",
        "model_lines",
        "seconds",
    }
    assert ran.json["env"] == "sokoban:7x7-1"
    assert sum(episode["steps"] for episode in ran.json["episodes"]) == 12
    assert ran.json["env_steps_to_first_solved"] is None
    assert ran.out.count("\n") == 1
    with Client(server.address) as client:
        assert client.server_info().sandbox == "docker"
