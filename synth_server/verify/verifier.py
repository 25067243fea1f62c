"""The facade over fit, optimism and honesty that the search, and the evaluation of a given program, use."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sandbox.contract import Sandbox
from sandbox.data.records import Start, Transition, World
from synth_server.domain import Evaluation
from synth_server.verify.checker import Checker
from synth_server.verify.options import VerifyOptions

Policy = Callable[[str], str | None]
"""Why a program is refused before it is run (line and rule), or None."""

THREADS = 32


class Verifier:
    """Checks programs in a sandbox. One for a server; a :class:`Checker` for each search."""

    def __init__(self, sandbox: Sandbox, options: VerifyOptions | None = None, policy: Policy | None = None) -> None:
        self._sandbox = sandbox
        self._options = options or VerifyOptions()
        self._policy = policy
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="verify")

    async def open(
        self, world: World, transitions: Sequence[Transition], starts: Sequence[Start], *, skip_optimism: bool = False
    ) -> Checker:
        """A checker on this data. It starts nothing before it is asked; close it in the end."""
        make = partial(Checker, self._sandbox, world, transitions, starts, self._options)
        return await asyncio.to_thread(make, policy=self._policy, threads=self._threads, skip_optimism=skip_optimism)

    async def evaluate_program(
        self,
        world: World,
        transitions: Sequence[Transition],
        starts: Sequence[Start],
        source: str,
        *,
        skip_optimism: bool = False,
    ) -> Evaluation:
        """One program on all of the data.

        Raises:
            SandboxUnavailableError: the sandbox is gone.
        """
        checker = await self.open(world, transitions, starts, skip_optimism=skip_optimism)
        try:
            return (await checker.evaluate_all(source)).evaluation
        finally:
            await checker.close()

    def close(self) -> None:
        """Lets go of the threads. The sandbox is its owner's to close."""
        self._threads.shutdown(wait=False, cancel_futures=True)
