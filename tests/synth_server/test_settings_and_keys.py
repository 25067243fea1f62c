"""What can be set, and the key."""

import os
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from synth_server.keys import KeyFileError, load_or_create
from synth_server.settings import SettingsError, load
from synth_server.verify.options import VerifyOptions
from synth_server.wiring import verify_options


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("WORLDSMITH_")]:
        monkeypatch.delenv(name)


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text)
    return path


def test_the_environment_wins_over_the_file_and_arguments_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, 'host = "::1"\nport = 1\n[limits]\nbatch_bytes = 2048\npage_size = 7\n[budget]\nseconds = 5')
    monkeypatch.setenv("WORLDSMITH_LIMITS__BATCH_BYTES", "4096")
    monkeypatch.setenv("WORLDSMITH_PORT", "2")
    settings = load(path, port=3, provider=None)
    assert (settings.host, settings.port, settings.provider) == ("::1", 3, "inductive")
    assert (settings.limits.batch_bytes, settings.limits.page_size) == (4096, 7)
    assert settings.budget.budget().seconds == 5
    assert load(path).port == 2


def test_dollars_have_no_bound_unless_one_is_set(tmp_path: Path) -> None:
    assert load().budget.budget().cost_usd is None
    assert load(write(tmp_path, "[budget]\ncost_usd = 1.5")).budget.budget().cost_usd == 1.5


def test_data_lie_in_the_users_data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    settings = load()
    assert settings.data_dir == tmp_path / "worldsmith"
    assert settings.store_url() == f"sqlite:///{tmp_path}/worldsmith/worldsmith.db"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load().data_dir == tmp_path / ".local/share/worldsmith"
    assert load(data_dir=Path("~/x")).data_dir == tmp_path / "x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prot = 1", "unknown setting 'prot'"),
        ("[limits]\nbatch = 1", "unknown setting 'limits.batch'"),
        ('port = "many"', "setting 'port'"),
        ("port = 70000", "setting 'port'"),
        ('sandbox = "none"', "setting 'sandbox'"),
        ("[limits]\nbatch_bytes = 0", "setting 'limits.batch_bytes'"),
        ("port =", "no TOML"),
    ],
)
def test_what_cannot_be_set_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        load(write(tmp_path, text))
    assert said in str(error.value)


def test_settings_do_not_change() -> None:
    settings = load()
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_the_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    first, second = load_or_create(tmp_path / "new" / "data"), load_or_create(tmp_path / "new" / "data")
    assert first.public_key == second.public_key
    assert first.fingerprint == sha256(first.public_key).hexdigest()
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "new" / "data").iterdir()] == [0o600]
    Ed25519PublicKey.from_public_bytes(second.public_key).verify(first.sign(b"text"), b"text")
    assert load_or_create(tmp_path / "other").public_key != first.public_key


def test_a_key_that_cannot_be_trusted_is_refused(tmp_path: Path) -> None:
    load_or_create(tmp_path)
    path = tmp_path / "signing-key.pem"
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_or_create(tmp_path)
    path.chmod(0o600)
    path.write_text("nonsense")
    with pytest.raises(KeyFileError, match="damaged"):
        load_or_create(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(KeyFileError, match="may be read by others"):
        load_or_create(tmp_path)


def test_a_folder_of_templates_is_a_path_from_the_root_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load().prompts_dir is None
    assert load(write(tmp_path, 'prompts_dir = "mine"')).prompts_dir == tmp_path / "mine"


def test_searches_for_plans_are_bounded_by_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert verify_options(load()) == VerifyOptions()
    monkeypatch.setenv("WORLDSMITH_LIMITS__PLAN_NODES", "70")
    options = verify_options(load())
    assert (options.plan_nodes, options.total_plan_nodes) == (70, 210)
