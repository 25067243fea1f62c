"""The built-in synthesizer as a provider: it learns in a process of its own, which can be cancelled."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from synth_server.domain import Usage
from synth_server.inductive.wire import encode_request
from synth_server.providers.protocol import Proposal, ProviderError, ProviderExhaustedError, Request

WORKER = (sys.executable, "-m", "synth_server.inductive.worker")
ERROR_LINES = 3


class InductiveProvider:
    """Starts a worker for each request; ``command`` is what it runs.

    The worker's hash seed is fixed, so that equal requests get equal answers.
    """

    def __init__(self, spec: str = "inductive", command: Sequence[str] = WORKER, seconds: float = 600.0) -> None:
        self.spec = spec
        self._command = tuple(command)
        self._seconds = seconds
        self._running: set[asyncio.subprocess.Process] = set()

    async def propose(self, request: Request) -> Proposal:
        """One candidate, from data alone; it costs no tokens.

        Raises:
            ProviderExhaustedError: the learner has nothing further to propose.
            ProviderError: the worker failed, answered nonsense, or took too long.
        """
        data = await asyncio.to_thread(encode_request, request)
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            start_new_session=True,
        )
        self._running.add(process)
        try:
            out, err = await asyncio.wait_for(process.communicate(data), self._seconds)
        except TimeoutError:
            raise ProviderError(f"the learner gave no answer within {self._seconds:g} s") from None
        finally:
            await asyncio.shield(self._end(process))
        if process.returncode:
            raise ProviderError(f"the learner ended with code {process.returncode}: {_last_lines(err)}")
        return _proposal(out)

    async def close(self) -> None:
        """Ends every worker."""
        for process in list(self._running):
            await self._end(process)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """Kills the worker and all that it started, unless it ended."""
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        self._running.discard(process)


def _proposal(out: bytes) -> Proposal:
    try:
        reply = json.loads(out)
        if "exhausted" in reply:
            raise ProviderExhaustedError(str(reply["exhausted"]))
        return Proposal(str(reply["source"]), Usage(calls=1), str(reply.get("note", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ProviderError("the learner's answer is not readable") from None


def _last_lines(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return " | ".join(line.strip() for line in lines[-ERROR_LINES:]) or "it said nothing"
