"""Servers as processes of their own."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from worldsmith.v1.service_pb2_grpc import WorldsmithServiceStub


class Child:
    """A server process with a stub that talks to it."""

    def __init__(self, process: "subprocess.Popen[str]", told: dict[str, Any], log: Path) -> None:
        self.process = process
        self.address = told["address"]
        self.told = told
        self.log = log
        self.channel = grpc.insecure_channel(self.address)
        self.stub: Any = WorldsmithServiceStub(self.channel)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def child(folder: Path, *command: str) -> Iterator[Child]:
    """A server on ``folder``/data, until the block ends; ``command`` follows the interpreter's name."""
    port_file, log = folder / "port", folder / "log"
    port_file.unlink(missing_ok=True)
    arguments = list(command) or ["-m", "tests.synth_server.child", str(folder / "data"), str(port_file)]
    with log.open("a") as output:
        process = subprocess.Popen([sys.executable, *arguments], stdout=output, stderr=output, text=True)
    try:
        deadline = time.monotonic() + 30
        while not port_file.exists():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
        server = Child(process, json.loads(port_file.read_text()), log)
        with server.channel:
            yield server
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
