"""The processes in which the built-in learner works: started when they are needed, kept for the next request."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

WORKER = (sys.executable, "-m", "synth_server.inductive.worker")
MOST_IDLE = 2  # that are kept; each remembers what it learned last
ERROR_LINES = 3
_MOST_BYTES = 64 * 1024 * 1024  # of a reply
_MOST_SAID = 4096  # bytes on standard error that are kept


class LearnerError(RuntimeError):
    """The process gave no answer; the text says why."""


class Learners:
    """Processes that run ``command``; see :mod:`synth_server.inductive.worker` for what they are asked and answer.

    Their hash seed is fixed, so that equal requests get equal answers.
    """

    def __init__(self, command: Sequence[str] = WORKER) -> None:
        self._command = tuple(command)
        self._idle: list[_Learner] = []
        self._busy: set[_Learner] = set()

    async def ask(self, request: bytes, seconds: float) -> bytes:
        """The answer to one request. Cancelling ends the process that works on it, and all that it started.

        Raises:
            LearnerError: the process ended.
            TimeoutError: there is no answer after so many seconds; the process was ended.
        """
        learner = await self._take()
        self._busy.add(learner)
        try:
            reply = await asyncio.wait_for(learner.ask(request), seconds)
        except BaseException:
            self._busy.discard(learner)
            await asyncio.shield(learner.end())
            raise
        self._busy.discard(learner)
        if len(self._idle) < MOST_IDLE:
            self._idle.append(learner)
        else:
            await learner.end()
        return reply

    async def close(self) -> None:
        """Ends every process."""
        learners = [*self._idle, *self._busy]
        self._idle.clear()
        for learner in learners:
            await learner.end()

    async def _take(self) -> "_Learner":
        """The one that was asked last, of those that are idle and still there; or a new one."""
        while self._idle:
            learner = self._idle.pop()
            if learner.alive:
                return learner
            await learner.end()
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            start_new_session=True,
        )
        return _Learner(process)


class _Learner:
    """One process, which answers one request at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._said = b""  # the last of it
        self._listening = asyncio.create_task(self._listen())

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, request: bytes) -> bytes:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(len(request).to_bytes(8, "big") + request)
            with suppress(ConnectionError):  # it ended early; what it answers, or not, tells
                await stdin.drain()
            size = int.from_bytes(await stdout.readexactly(8), "big")
            if size > _MOST_BYTES:
                raise LearnerError("the learner's answer is not readable")
            return await stdout.readexactly(size)
        except asyncio.IncompleteReadError:
            raise LearnerError(await self._why()) from None

    async def end(self) -> None:
        """Kills the process and all that it started, unless it ended."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening

    async def _why(self) -> str:
        code = await self._process.wait()
        await asyncio.wait({self._listening}, timeout=1.0)
        if not code:
            return "the learner's answer is not readable"
        lines = self._said.decode(errors="replace").strip().splitlines()[-ERROR_LINES:]
        return f"the learner ended with code {code}: {' | '.join(map(str.strip, lines)) or 'it said nothing'}"

    async def _listen(self) -> None:
        """Takes what the process says on standard error, so that it never waits for that."""
        assert self._process.stderr is not None
        while chunk := await self._process.stderr.read(65536):
            self._said = (self._said + chunk)[-_MOST_SAID:]
