"""Sandbox sessions from asynchronous code: their calls block, so they run on threads, and their tasks by turns."""

import asyncio
from collections.abc import Hashable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from sandbox.contract import Inputs, Outcome, Sandbox, Session, Task
from sandbox.limits import Limits
from synth_server.executor.fair import FairQueue


@dataclass(frozen=True)
class Workers:
    """Who does one caller's work: threads that block, and the turns that callers share."""

    threads: Executor
    turns: FairQueue
    caller: Hashable


async def open_session(sandbox: Sandbox, inputs: Inputs, workers: Workers, seed: int = 0) -> Session:
    """A new session, in processes with this hash seed. Cancelling closes it as soon as it is there.

    Raises:
        SandboxUnavailableError: none can be started.
    """
    opening = asyncio.get_running_loop().run_in_executor(workers.threads, sandbox.open, inputs, seed)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_late)
        raise


async def run(session: Session, task: Task, source: str, limits: Limits, workers: Workers) -> Outcome:
    """One task, when it is the caller's turn. Cancelling does not end it; closing the session does.

    Raises:
        SandboxUnavailableError: the sandbox is gone.
    """
    async with workers.turns.turn(workers.caller):
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(workers.threads, session.run, task, source, limits)


async def close_all(sessions: Sequence[Session]) -> None:
    """Closes sessions side by side, on other threads than those that run tasks, and to the end even if cancelled."""
    closing = asyncio.gather(*(asyncio.to_thread(session.close) for session in sessions), return_exceptions=True)
    await asyncio.shield(closing)


def failure(outcome: Outcome) -> str:
    """Why a task gave nothing, in words."""
    return f"{outcome.kind.value}: {outcome.detail}" if outcome.detail else str(outcome.kind.value)


def _close_late(opening: asyncio.Future[Session]) -> None:
    """Closes a session that nobody waits for any more."""
    if not opening.cancelled() and opening.exception() is None:
        asyncio.get_running_loop().run_in_executor(None, opening.result().close)
