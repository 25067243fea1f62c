"""What a server does about its sandbox at start: chooses, tries it by canaries, refuses or warns."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from sandbox.contract import Inputs, Isolation, SandboxUnavailableError
from sandbox.process import ProcessSandbox
from synth_server.commands import serve
from synth_server.log import make_log
from synth_server.settings import Settings
from synth_server.wiring import chosen_sandbox, running


class Hollow(ProcessSandbox):
    """Says that it is a jail, and is a process with nothing around it."""

    isolation = Isolation("jail", "It is none.")


def settings(folder: Path, **chosen: object) -> Settings:
    return Settings(**{"port": 0, "data_dir": folder / "data", "log": "json"} | chosen)


async def test_a_sandbox_that_lets_a_canary_through_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        SandboxUnavailableError, match=r"The sandbox `jail` does not contain every attack: .*outer files"
    ):
        async with running(settings(tmp_path), make_log("json"), lambda _: Hollow()):
            pass


async def test_settings_may_warn_of_it_instead_or_not_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with running(settings(tmp_path, canaries="warn"), make_log("json"), lambda _: Hollow()) as application:
        assert application.info.sandbox == "jail"
    assert "the sandbox does not contain every attack" in capsys.readouterr().err
    async with running(settings(tmp_path, canaries="off"), make_log("json"), lambda _: Hollow()):
        pass
    assert "does not contain" not in capsys.readouterr().err


async def test_a_server_serves_with_the_jail_and_says_so(tmp_path: Path) -> None:
    async with running(settings(tmp_path, sandbox="jail"), make_log("json")) as application:
        assert application.info.sandbox == "jail"
        assert application.info.sandbox_note.startswith("The program runs in namespaces of its own")


def test_the_choice_is_the_settings(tmp_path: Path) -> None:
    backend = chosen_sandbox(settings(tmp_path, sandbox="jail"))
    backend.open(Inputs()).close()
    backend.close()
    assert backend.isolation.level == "jail"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--sandbox", "jail", "--require-docker"], "Docker is required, but the sandbox is set to `jail`"),
        (["--require-docker"], "No Docker engine answers"),
        (["--sandbox", "docker"], "No Docker engine answers"),
    ],
)
def test_what_cannot_be_had_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], words: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    result = CliRunner().invoke(serve, [*arguments, "--port", "0", "--data-dir", str(tmp_path)])
    assert result.exit_code == 2
    assert words in result.output
    assert len(result.output.splitlines()) == 1
