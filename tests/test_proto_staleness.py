"""`make check` notices when the generated code is not what the contract says."""

import importlib.util
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def script():
    spec = importlib.util.spec_from_file_location("generate_contract", ROOT / "proto" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copies(tmp_path):
    """Copies of gen/ and proto/ to change."""
    ignore = shutil.ignore_patterns("__pycache__")
    return (
        shutil.copytree(ROOT / "gen", tmp_path / "gen", ignore=ignore),
        shutil.copytree(ROOT / "proto", tmp_path / "proto", ignore=ignore),
    )


def check(script, copies):
    return script.main(["--check", *map(str, copies)])


def test_the_generated_code_of_this_checkout_is_fresh(script, capsys):
    assert script.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_changed_contract_is_noticed_and_generating_again_mends_it(script, copies, capsys):
    gen, protos = copies
    path = protos / "worldsmith" / "v1" / "data.proto"
    path.write_text(path.read_text().replace("message Start {", "message Extra {}\nmessage Start {"))
    assert check(script, copies) == 1
    assert "data_pb2.py is stale; run `make proto`" in capsys.readouterr().out
    assert script.main([str(gen), str(protos)]) == 0
    assert check(script, copies) == 0


def test_an_edited_a_missing_and_a_superfluous_file_are_noticed(script, copies, capsys):
    folder = copies[0] / "worldsmith" / "v1"
    (folder / "data_pb2.pyi").write_text("")
    (folder / "model_pb2.py").unlink()
    (folder / "old_pb2.py").write_text("")
    assert check(script, copies) == 1
    told = capsys.readouterr().out
    assert [name for name in ("data_pb2.pyi", "model_pb2.py", "old_pb2.py") if name in told] == [
        *("data_pb2.pyi", "model_pb2.py", "old_pb2.py")
    ]
    assert len(told.splitlines()) == 3


def test_a_contract_that_does_not_parse_is_an_error(script, copies, capfd):
    (copies[1] / "worldsmith" / "v1" / "data.proto").write_text("message {")
    with pytest.raises(SystemExit, match="protoc failed"):
        check(script, copies)
    assert "data.proto" in capfd.readouterr().err
