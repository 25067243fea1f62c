"""``record:FILE+PROVIDER``: another provider's answers, written down as they arrive."""

import asyncio
import os
import threading
import uuid
from pathlib import Path

from synth_server.log import Log
from synth_server.providers.protocol import Proposal, Provider, ProviderError, Request
from synth_server.providers.recording import Asking, Line, RecordingError, write_line


class RecordingProvider:
    """Hands every request on, and appends each answer to the file before it gives it back.

    What is recorded are requests in short, programs, prompts and replies; keys and headers never come this far.

    Raises:
        RecordingError: the file cannot be written.
    """

    def __init__(self, spec: str, file: Path, inner: Provider, log: Log) -> None:
        self.spec = spec
        self._file = file
        self._inner = inner
        self._log = log
        self._asking = Asking()
        self._run = uuid.uuid4().hex[:12]
        self._answered = 0
        self._lock = threading.Lock()
        try:
            self._handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise RecordingError(f"cannot write the record {file}: {error.strerror}") from None

    async def propose(self, request: Request) -> Proposal:
        """What the other provider proposes.

        Raises:
            ProviderError: what it raises; that is recorded too.
        """
        known = self._answered
        try:
            answer: Proposal | ProviderError = await self._inner.propose(request)
        except ProviderError as error:
            answer = error
        number, self._answered = self._answered, self._answered + 1
        await asyncio.shield(asyncio.to_thread(self._write, request, number, known, answer))
        if isinstance(answer, ProviderError):
            raise answer
        return answer

    async def close(self) -> None:
        """Closes the other provider and the file."""
        await self._inner.close()
        with self._lock:
            if self._handle >= 0:
                os.close(self._handle)
            self._handle = -1

    def _write(self, request: Request, number: int, known: int, answer: Proposal | ProviderError) -> None:
        with self._lock:
            if self._handle < 0:
                return
            text = write_line(Line(self._run, number, known, self._asking.told(request), answer))
            try:
                os.write(self._handle, text.encode())  # in one piece, so that several may write to one file
                os.fsync(self._handle)
            except OSError as error:
                self._log.error("an answer could not be recorded", file=str(self._file), reason=error.strerror)
