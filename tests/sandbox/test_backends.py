"""Which backend is chosen, what its note says of the engine, and every refusal."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox import bubblewrap
from sandbox.backends import open_backend
from sandbox.contract import SandboxUnavailableError
from sandbox.engine_facts import EngineFacts, read_facts

PLAIN = EngineFacts(frozenset({"runc"}), rootless=False, userns=False, bounded=True)


def engine(facts: EngineFacts) -> Callable[[], EngineFacts]:
    return lambda: facts


def no_engine() -> EngineFacts:
    raise SandboxUnavailableError("No Docker engine answers (gone); start it.")


def no_jail() -> None:
    raise SandboxUnavailableError("The jail needs bubblewrap; install it.")


def level(*arguments: str, **named: object) -> str:
    backend = open_backend(*arguments, **named)
    backend.close()
    return backend.isolation.level


def test_auto_takes_docker_when_an_engine_answers_else_the_jail() -> None:
    assert level("auto", ask_engine=engine(PLAIN)) == "docker"
    assert level("auto", ask_engine=no_engine) == "jail"


def test_auto_asks_the_engine_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    assert level("auto") == "jail"
    with pytest.raises(SandboxUnavailableError, match="No Docker engine answers"):
        open_backend("docker")


def test_auto_says_all_that_is_missing_when_nothing_can_be_had() -> None:
    with pytest.raises(SandboxUnavailableError, match=r"No sandbox can be had\. No Docker engine .* The jail needs"):
        open_backend("auto", ask_engine=no_engine, seek_jail=no_jail)


def test_requiring_docker_refuses_the_jail() -> None:
    with pytest.raises(SandboxUnavailableError, match="Docker is required, but the sandbox is set to `jail`"):
        open_backend("jail", require_docker=True)
    with pytest.raises(SandboxUnavailableError, match="No Docker engine answers"):
        open_backend("auto", require_docker=True, ask_engine=no_engine)
    assert level("auto", require_docker=True, ask_engine=engine(PLAIN)) == "docker"


def test_gvisor_is_used_when_the_engine_has_it_and_refused_when_not() -> None:
    with pytest.raises(SandboxUnavailableError, match="no runtime `runsc`; install gVisor"):
        open_backend("docker-runsc", ask_engine=engine(PLAIN))
    having = EngineFacts(frozenset({"runc", "runsc"}), rootless=False, userns=False, bounded=True)
    assert level("docker-runsc", ask_engine=engine(having)) == "docker-runsc"


def test_the_note_names_an_engine_that_is_rootless_maps_users_or_has_no_limits() -> None:
    rootless = read_facts({"SecurityOptions": ["name=seccomp,profile=default", "name=rootless"], "MemoryLimit": False})
    backend = open_backend("docker", ask_engine=engine(rootless))
    assert "host's own kernel" in backend.isolation.note
    assert "The engine is rootless" in backend.isolation.note
    assert "does not limit a container's memory and processes" in backend.isolation.note
    mapped = read_facts({"SecurityOptions": ["name=userns"], "MemoryLimit": True, "PidsLimit": True})
    assert "maps the container's users" in mapped.remark()
    assert PLAIN.remark() == ""


@pytest.mark.docker
def test_the_engine_of_this_machine_tells_its_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    backend = open_backend("docker")
    assert backend.isolation.level == "docker"
    backend.close()


def test_the_machines_own_bubblewrap_comes_before_the_wheels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "bwrap"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bubblewrap, "bwrap_path", lambda: Path("/wheel/bwrap"))
    assert bubblewrap.candidates() == [str(own), "/wheel/bwrap"]
