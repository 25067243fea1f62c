"""A server of one's own: a child process on loopback that lives as long as it is needed."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from agent_client.errors import ServerStartError

REFUSED = 2  # the exit code by which the server says that it was told what it cannot do
_TAIL = 8192


class EmbeddedServer:
    """A running server process. Made by :func:`start`; ends with :meth:`stop` or its ``with`` block, and by itself
    when this process is gone.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", address: str, key_fingerprint: str, log: Path) -> None:
        self.process = process
        self.address = address
        self.key_fingerprint = key_fingerprint  # as the server wrote it into a file that only this user can write
        self.log = log

    def __enter__(self) -> "EmbeddedServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, grace_seconds: float = 8.0) -> None:
        """Asks the server to end, and ends it after ``grace_seconds``. Stopping twice does nothing."""
        _end(self.process, grace_seconds)


def start(data_dir: Path, *, seconds: float = 90.0) -> EmbeddedServer:
    """Starts ``python -m synth_server`` on a free port of the loopback device and waits until it is ready.

    Raises:
        ServerStartError: it refused (the text is its own reason), died, or was not ready within ``seconds``.
    """
    port_file, log = data_dir / f"port-{os.getpid()}", data_dir / "server.log"
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        port_file.unlink(missing_ok=True)
        with log.open("ab") as output:
            begin = output.tell()
            process = subprocess.Popen(
                _command(data_dir, port_file),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is ours to answer; the server is asked to end afterwards
            )
    except OSError as error:
        raise ServerStartError(f"cannot start a server in {data_dir}: {error.strerror or error}") from error
    try:
        address, fingerprint = _wait(process, port_file, log, begin, seconds)
    except BaseException:
        _end(process, 2.0)
        raise
    finally:
        port_file.unlink(missing_ok=True)
    return EmbeddedServer(process, address, fingerprint, log)


def _command(data_dir: Path, port_file: Path) -> list[str]:
    where = ["--host", "127.0.0.1", "--port", "0", "--port-file", str(port_file)]
    return [sys.executable, "-m", "synth_server", "--data-dir", str(data_dir), *where, "--parent-pid", str(os.getpid())]


def _wait(
    process: "subprocess.Popen[bytes]", port_file: Path, log: Path, begin: int, seconds: float
) -> tuple[str, str]:
    """Address and key of the server, once it is ready."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if port_file.exists():
            told = json.loads(port_file.read_bytes())
            return str(told["address"]), str(told["key_fingerprint"])
        if process.poll() is not None:
            raise ServerStartError(_reason(process.returncode, _last_line(log, begin), log))
        time.sleep(0.02)
    raise ServerStartError(f"the server was not ready within {seconds:.0f} s; its log is {log}")


def _reason(code: int, said: str, log: Path) -> str:
    """A refusal is told as the server put it; anything else with where to read more."""
    if code == REFUSED and said:
        return said
    if "No module named" in said:
        return "no server is installed here: run `pip install 'worldsmith[server]'`, or name one with --server"
    return f"the server failed to start ({said or f'exit code {code}'}); its log is {log}"


def _last_line(log: Path, begin: int) -> str:
    """The last thing that the server said since ``begin``: its reason, when it refused to start."""
    with log.open("rb") as file:
        file.seek(max(begin, file.seek(0, os.SEEK_END) - _TAIL))
        lines = file.read().decode("utf-8", "replace").strip().splitlines()
    line = lines[-1].strip() if lines else ""
    return line.removeprefix("Error: ").removeprefix("worldsmith: ")


def _end(process: "subprocess.Popen[bytes]", grace_seconds: float) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
