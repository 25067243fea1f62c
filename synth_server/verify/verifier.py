"""The facade over fit, optimism and honesty that the search, and the evaluation of a given program, use."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sandbox.contract import Inputs, Outcome, Sandbox, Task
from sandbox.data.records import Start, Transition, World
from sandbox.limits import Limits
from synth_server.domain import Evaluation
from synth_server.executor.fair import FairQueue
from synth_server.verify.checker import Checker
from synth_server.verify.options import VerifyOptions
from synth_server.verify.sessions import Workers, close_all, open_session, run

Policy = Callable[[str], str | None]
"""Why a program is refused before it is run (line and rule), or None."""

THREADS = 32


class Verifier:
    """Checks programs in a sandbox. One for a server; a :class:`Checker` for each search.

    ``turns`` bounds how many tasks run in the sandbox at once, and shares them out between callers.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        options: VerifyOptions | None = None,
        policy: Policy | None = None,
        turns: FairQueue | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._options = options or VerifyOptions()
        self._policy = policy
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="verify")
        self._turns = turns or FairQueue(THREADS)

    async def open(
        self,
        world: World,
        transitions: Sequence[Transition],
        starts: Sequence[Start],
        *,
        skip_optimism: bool = False,
        caller: Hashable = None,
    ) -> Checker:
        """A checker on this data. It starts nothing before it is asked; close it in the end.

        ``caller`` is who shares the turns; None: one of its own.
        """
        workers = Workers(self._threads, self._turns, object() if caller is None else caller)
        make = partial(Checker, self._sandbox, world, transitions, starts, self._options)
        return await asyncio.to_thread(make, policy=self._policy, workers=workers, skip_optimism=skip_optimism)

    async def evaluate_program(
        self,
        world: World,
        transitions: Sequence[Transition],
        starts: Sequence[Start],
        source: str,
        *,
        skip_optimism: bool = False,
        caller: Hashable = None,
    ) -> Evaluation:
        """One program on all of the data, for ``caller`` (see :meth:`open`).

        Raises:
            SandboxUnavailableError: the sandbox is gone.
        """
        checker = await self.open(world, transitions, starts, skip_optimism=skip_optimism, caller=caller)
        try:
            return (await checker.evaluate_all(source)).evaluation
        finally:
            await checker.close()

    async def run(self, inputs: Inputs, task: Task, source: str, limits: Limits, caller: Hashable) -> Outcome:
        """One task on one program, in a session of its own, when it is the caller's turn.

        Raises:
            SandboxUnavailableError: the sandbox is gone.
        """
        workers = Workers(self._threads, self._turns, caller)
        session = await open_session(self._sandbox, inputs, workers)
        try:
            return await run(session, task, source, limits, workers)
        finally:
            await close_all([session])

    def close(self) -> None:
        """Lets go of the threads. The sandbox is its owner's to close."""
        self._threads.shutdown(wait=False, cancel_futures=True)
