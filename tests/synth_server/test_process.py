"""The server as a process: how it begins, what it refuses, how it ends."""

import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from worldsmith.v1 import service_pb2 as pb

from synth_server.lock import DirectoryInUseError, exclusive
from tests.synth_server.processes import child

NAME = "worldsmith.v1.WorldsmithService"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "synth_server", *arguments],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 2, result
    assert not result.stdout
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


@pytest.mark.docker
def test_it_tells_where_it_listens_with_what_and_stops_when_asked(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    command = ["-m", "synth_server", "--data-dir", str(tmp_path / "data"), "--port", "0", "--port-file", str(port_file)]
    with child(tmp_path, *command) as server:
        info = server.stub.GetServerInfo(pb.GetServerInfoRequest())
        assert server.told == {
            "address": server.address,
            "key_fingerprint": info.key_fingerprint,
            "pid": server.process.pid,
        }
        assert info.sandbox == "docker"
        assert server.end(signal.SIGTERM) == 0
        said = server.log.read_text()
    assert f"listens on {server.address}" in said
    assert f"docker: {info.sandbox_note}" in said
    assert info.key_fingerprint in said
    assert stat.S_IMODE((tmp_path / "data" / "signing-key.pem").stat().st_mode) == 0o600
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", int(server.address.rpartition(":")[2])))


def test_without_a_docker_daemon_it_refuses_in_one_line(tmp_path: Path) -> None:
    line = one_line(run("--data-dir", str(tmp_path), "--require-docker", DOCKER_HOST="unix:///nowhere/docker.sock"))
    assert "Docker" in line


def test_a_template_that_does_not_work_is_refused_in_one_line(tmp_path: Path) -> None:
    mine = tmp_path / "templates"
    mine.mkdir()
    (mine / "write.md").write_text("{{ wrold }}")
    told = run("--data-dir", str(tmp_path / "data"), "--port", "0", WORLDSMITH_PROMPTS_DIR=str(mine))
    assert f"the template {mine / 'write.md'} does not work: 'wrold' is undefined" in one_line(told)


def test_a_port_that_is_taken_is_refused_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = one_line(run("--data-dir", str(tmp_path), "--port", port))
    assert f"127.0.0.1:{port}: address already in use" in line
    assert "--port" in line
    other = one_line(run("--data-dir", str(tmp_path), "--port", "0", "--host", "192.0.2.1"))
    assert "192.0.2.1" in other


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["--config", "/none.toml"], {}, "cannot read the settings file /none.toml"),
        (["--port", "99999"], {}, "setting 'port'"),
        (["--provider", "oracle", "--data-dir", "{}"], {}, "there is no provider 'oracle'"),
        (["--data-dir", "/proc/none"], {}, "cannot use the data directory /proc/none"),
        ([], {"WORLDSMITH_PORT": "many"}, "setting 'port'"),
        (["--data-dir", "{}"], {"WORLDSMITH_DATABASE_URL": "sqlite:////proc/none/x.db"}, "the database"),
    ],
)
def test_what_it_cannot_be_told_is_refused_in_one_line(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], said: str
) -> None:
    assert said in one_line(run(*(a.format(tmp_path) for a in arguments), **environment))


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(["sleep", "60"])
    port_file = tmp_path / "port"
    data = ["--data-dir", str(tmp_path / "data"), "--port", "0", "--port-file", str(port_file)]
    try:
        with child(tmp_path, "-m", "synth_server", *data, "--parent-pid", str(parent.pid)) as server:
            assert server.process.poll() is None
            parent.kill()
            parent.wait()
            assert server.process.wait(15) == 0
    finally:
        parent.kill()
        parent.wait()


def test_health_and_reflection_answer_and_health_tells_of_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLDSMITH_LIMITS__DRAIN_SECONDS", "0.5")
    with child(tmp_path) as server:
        health = health_pb2_grpc.HealthStub(server.channel)
        for name in ("", NAME):
            answer = health.Check(health_pb2.HealthCheckRequest(service=name))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        request = reflection_pb2.ServerReflectionRequest(list_services="")
        listed = next(
            reflection_pb2_grpc.ServerReflectionStub(server.channel).ServerReflectionInfo(iter([request]))
        ).list_services_response
        assert NAME in [service.name for service in listed.service]
        watch = health.Watch(health_pb2.HealthCheckRequest(service=NAME))
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        server.process.terminate()
        assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
        assert server.process.wait(15) == 0


def test_two_servers_never_share_a_data_directory(tmp_path: Path) -> None:
    with child(tmp_path) as server:
        with (
            pytest.raises(DirectoryInUseError, match=f"process id {server.process.pid} "),
            exclusive(tmp_path / "data"),
        ):
            pass
        server.end(signal.SIGKILL)
    with exclusive(tmp_path / "data"):
        pass
