"""The host's side of the frames that a guest speaks, over any pair of byte streams, with deadlines."""

import json
import threading
import time
from typing import Any, Protocol

from sandbox.runtime import frames

_STEP = 1 << 20


class GuestLostError(Exception):
    """The guest's stream ended, or says what no guest says."""


class GuestSilentError(Exception):
    """The guest did not answer in time."""


class Channel(Protocol):
    """Bytes to and from one guest. Deadlines are times of ``time.monotonic``."""

    def send(self, data: bytes, deadline: float) -> None:
        """Sends all of ``data``.

        Raises:
            GuestLostError: the stream is broken.
            GuestSilentError: it was not taken in time.
        """
        ...

    def receive(self, deadline: float) -> bytes:
        """Some bytes, at least one.

        Raises:
            GuestLostError: the stream ended.
            GuestSilentError: nothing came in time.
        """
        ...

    def kill(self) -> None:
        """Ends the guest and frees what belongs to it. Doing so twice does nothing; never raises."""
        ...


class GuestLink:
    """One guest. One thread at a time talks to it; ``reset`` may be called from another meanwhile."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._held = bytearray()
        self._sending = threading.Lock()

    def await_ready(self, seconds: float) -> None:
        """Waits until the guest is up, or empty again after a reset.

        Raises:
            GuestLostError, GuestSilentError: it is not.
        """
        self._expect(frames.READY, time.monotonic() + seconds, 1024)

    def load(self, data: bytes, seconds: float) -> None:
        """Gives the warm parent its inputs.

        Raises:
            GuestLostError, GuestSilentError: it did not take them.
        """
        deadline = time.monotonic() + seconds
        self._send(frames.frame(frames.LOAD, data), deadline)
        self._expect(frames.LOADED, deadline, 1024)

    def run(self, order: bytes, seconds: float, limit: int) -> tuple[dict[str, Any], bytes]:
        """Has a task done: the keeper's report, and the child's bytes, ``limit`` at most.

        Raises:
            GuestLostError: the guest ended.
            GuestSilentError: it did not answer.
        """
        deadline = time.monotonic() + seconds
        self._send(frames.frame(frames.RUN, order), deadline)
        body = self._expect(frames.REPLY, deadline, limit + (1 << 20))
        size = int.from_bytes(body[:4], "big")
        try:
            report = json.loads(body[4 : 4 + size])
        except ValueError:
            raise GuestLostError("the guest's report is no JSON") from None
        return report, body[4 + size :]

    def reset(self) -> None:
        """Asks the guest to drop all it has, a running task included; ``await_ready`` tells when it is done.

        Raises:
            GuestLostError, GuestSilentError: it cannot be asked.
        """
        self._send(frames.frame(frames.RESET), time.monotonic() + 2.0)

    def is_quiet(self) -> bool:
        """Whether the guest is there and says nothing, as it should between tasks."""
        try:
            self._channel.receive(time.monotonic())
        except GuestSilentError:
            return not self._held
        except GuestLostError:
            return False
        return False

    def kill(self) -> None:
        """Ends the guest."""
        self._channel.kill()

    def _send(self, data: bytes, deadline: float) -> None:
        with self._sending:
            self._channel.send(data, deadline)

    def _expect(self, wanted: bytes, deadline: float, limit: int) -> bytes:
        kind, size = frames.HEADER.unpack(self._take(frames.HEADER.size, deadline))
        if kind != wanted or size > limit:
            raise GuestLostError(f"the guest sent {kind!r} of {size} bytes where {wanted!r} was due")
        return self._take(size, deadline)

    def _take(self, size: int, deadline: float) -> bytes:
        while len(self._held) < size:
            self._held += self._channel.receive(deadline)
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken
