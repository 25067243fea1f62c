"""The Docker engine: reaching it, its errors in one sentence, and one container as a channel."""

import contextlib
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import docker
import requests
import urllib3

from sandbox.contract import SandboxUnavailableError
from sandbox.guestlink import GuestLostError, GuestSilentError

_ERRORS = (
    docker.errors.DockerException,
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    OSError,
    AttributeError,  # the SDK's, when a connection breaks in the middle
)
_CHUNK = 1 << 18
_STDOUT = 1
_MULTIPLEX = struct.Struct(">BxxxI")  # Docker API, "Stream format" of attach


def connect(timeout: float = 60) -> docker.DockerClient:
    """A client of the engine that the environment names (DOCKER_HOST), or of this machine's.

    Raises:
        SandboxUnavailableError: no engine answers.
    """
    with translated():
        host = docker.utils.kwargs_from_env().get("base_url") or docker.constants.DEFAULT_UNIX_SOCKET
        if host.startswith(("unix://", "http+unix://")):
            _knock("/" + host.partition("://")[2].lstrip("/"))
        return docker.from_env(timeout=timeout)  # which asks the engine for its version


def ping(client: docker.DockerClient) -> None:
    """Asks the engine whether it is there.

    Raises:
        docker.errors.DockerException, requests.exceptions.RequestException, OSError: it is not.
    """
    path = getattr(client.api.get_adapter(client.api.base_url), "socket_path", None)
    if path:
        _knock(path)
    client.ping()


def _knock(path: str) -> None:
    """The SDK leaks a socket when nobody listens; so see first whether somebody does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.settimeout(5)
        door.connect(path)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turns whatever the engine and its SDK raise into one sentence.

    Raises:
        SandboxUnavailableError: instead of their errors.
    """
    try:
        yield
    except docker.errors.ImageNotFound as error:
        reason = f"The sandbox's image is not there ({_reason(error)}); build it with `python -m sandbox.image`."
    except docker.errors.APIError as error:
        reason = f"The Docker engine refuses to run the sandbox ({_reason(error)}); see its log, or restart it."
    except _ERRORS as error:
        reason = (
            f"No Docker engine answers ({_reason(error)}); start it (`dockerd`, or `systemctl start docker`) and check "
            "DOCKER_HOST."
        )
    else:
        return
    raise SandboxUnavailableError(reason)


def _reason(error: BaseException) -> str:
    text = str(getattr(error, "explanation", None) or error)
    return " ".join(text.split())[:200].rstrip(".") or type(error).__name__


class ContainerChannel:
    """The standard streams of a container's PID 1. See :class:`sandbox.guestlink.Channel`."""

    def __init__(self, client: docker.DockerClient, container: str) -> None:
        """Attaches to a container that was created and not yet started.

        Raises:
            docker.errors.DockerException, OSError: the engine refuses.
        """
        self._client = client
        self.container = container
        self._stream = client.api.attach_socket(container, params={"stdin": 1, "stdout": 1, "stream": 1})
        self._socket: socket.socket = getattr(self._stream, "_sock", self._stream)
        self._socket.setblocking(False)
        self._raw = bytearray()
        self._killing = threading.Lock()
        self._dead = False

    def send(self, data: bytes, deadline: float) -> None:
        """See :meth:`sandbox.guestlink.Channel.send`.

        Raises:
            GuestLostError, GuestSilentError: see there.
        """
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except (BlockingIOError, InterruptedError):
                self._await(select.POLLOUT, deadline)
            except (OSError, ValueError) as error:
                raise GuestLostError(str(error)) from None

    def receive(self, deadline: float) -> bytes:
        """See :meth:`sandbox.guestlink.Channel.receive`.

        Raises:
            GuestLostError, GuestSilentError: see there.
        """
        while True:
            found = self._payload()
            if found:
                return found
            self._await(select.POLLIN, deadline)
            try:
                data = self._socket.recv(_CHUNK)
            except (BlockingIOError, InterruptedError):
                continue
            except (OSError, ValueError) as error:
                raise GuestLostError(str(error)) from None
            if not data:
                raise GuestLostError("the container's output ended")
            self._raw += data

    def kill(self) -> None:
        """Removes the container."""
        with self._killing:
            if self._dead:
                return
            self._dead = True
        response: Any = getattr(self._stream, "_response", None)
        for part in (response, self._stream, self._socket):
            with contextlib.suppress(*_ERRORS, ValueError):
                part.close()  # its standard input ends, which ends a guest that can still listen
        remove(self._client, self.container)

    def _payload(self) -> bytes:
        """The bytes of the whole multiplexed pieces received so far."""
        parts = []
        place = 0
        while len(self._raw) - place >= _MULTIPLEX.size:
            kind, size = _MULTIPLEX.unpack_from(self._raw, place)
            end = place + _MULTIPLEX.size + size
            if len(self._raw) < end:
                break
            if kind == _STDOUT:
                parts.append(bytes(self._raw[place + _MULTIPLEX.size : end]))
            place = end
        del self._raw[:place]
        return b"".join(parts)

    def _await(self, event: int, deadline: float) -> None:
        poll = select.poll()
        try:
            poll.register(self._socket.fileno(), event)
        except (OSError, ValueError) as error:
            raise GuestLostError(str(error)) from None
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise GuestSilentError("no answer in time")


def remove(client: docker.DockerClient, container: str) -> None:
    """Kills and removes a container; one that is gone, or an engine that is, is no error."""
    with contextlib.suppress(*_ERRORS):
        ping(client)
        client.api.remove_container(container, force=True, v=True)
