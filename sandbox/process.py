"""The sandbox without a container: a process with limits. For programs whose certificate was checked, and for tests."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from sandbox.contract import Inputs, Isolation, SandboxUnavailableError
from sandbox.guestlink import GuestLink, GuestLostError, GuestSilentError
from sandbox.limits import Limits
from sandbox.pool import SeededPools
from sandbox.session import GuestSession

RUNTIME_FOLDER = Path(__file__).parent / "runtime"
# The seed fixes the order of sets, so that a program answers alike in every guest.
GUEST_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}
GUEST_FLAGS = ("-s", "-P", "-S", "-B")  # -I would be these and deaf to the seed
_START_SECONDS = 20.0
_CHUNK = 1 << 16


class ProcessSandbox:
    """See :class:`sandbox.contract.Sandbox`. Guests that were given back are lent again; ``spares`` more wait."""

    isolation = Isolation(
        "process",
        "The program runs in a process of its own with limits on memory, time, files and processes, but on this "
        "machine's own kernel and network namespace, so what breaks out of Python is not held by any boundary.",
    )

    def __init__(self, limits: Limits | None = None, spares: int = 0) -> None:
        self._limits = limits or Limits()
        self._pools = SeededPools(start_guest, _nothing_to_check, spares)

    def open(self, inputs: Inputs, seed: int = 0) -> GuestSession:
        """A session of its own for these inputs; see :meth:`sandbox.contract.Sandbox.open`.

        Raises:
            IndexError: a row names a state that is not there.
            SandboxUnavailableError: no process can be started.
        """
        return GuestSession(self._pools.of(seed), inputs, self._limits)

    def close(self) -> None:
        """Ends every guest."""
        self._pools.close()


def _nothing_to_check() -> None:
    """A process needs no backend."""


class ProcessChannel:
    """The standard streams of a guest that is this process's child. See :class:`sandbox.guestlink.Channel`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("the guest needs both pipes")
        self._process = process
        self._in, self._out = process.stdin, process.stdout
        self._killing = threading.Lock()
        self._dead = False
        os.set_blocking(self._in.fileno(), False)

    def send(self, data: bytes, deadline: float) -> None:
        """See :meth:`sandbox.guestlink.Channel.send`.

        Raises:
            GuestLostError, GuestSilentError: see there.
        """
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._in.fileno(), rest) :]
            except BlockingIOError:
                _await(self._in.fileno(), select.POLLOUT, deadline)
            except (OSError, ValueError) as error:
                raise GuestLostError(str(error)) from None

    def receive(self, deadline: float) -> bytes:
        """See :meth:`sandbox.guestlink.Channel.receive`.

        Raises:
            GuestLostError, GuestSilentError: see there.
        """
        try:
            _await(self._out.fileno(), select.POLLIN, deadline)
            data = os.read(self._out.fileno(), _CHUNK)
        except (OSError, ValueError) as error:
            raise GuestLostError(str(error)) from None
        if not data:
            raise GuestLostError("the guest's output ended")
        return data

    def kill(self) -> None:
        """Ends the guest's whole process group."""
        with self._killing:
            if self._dead:
                return
            self._dead = True
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            for stream in (self._in, self._out):
                with contextlib.suppress(OSError):
                    stream.close()


def start_guest(seed: int = 0) -> GuestLink:
    """A guest in a process of its own, up and empty, with this hash seed.

    Raises:
        SandboxUnavailableError: it does not start.
    """
    command = [sys.executable or "python3", *GUEST_FLAGS, str(RUNTIME_FOLDER)]
    try:
        process = subprocess.Popen(
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={**GUEST_ENVIRONMENT, "PYTHONHASHSEED": str(seed)},
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxUnavailableError(f"No process can be started for the sandbox: {error}.") from None
    guest = GuestLink(ProcessChannel(process))
    try:
        guest.await_ready(_START_SECONDS)
    except (GuestLostError, GuestSilentError) as error:
        guest.kill()
        raise SandboxUnavailableError(
            f"The sandbox's process does not start ({error}); try `{command[0]} -V`."
        ) from None
    return guest


def _await(fd: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(fd, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise GuestSilentError("no answer in time")
