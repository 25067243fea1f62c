"""Syntheses as durable jobs: they outlive the caller and the server, and can be watched and cancelled."""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Hashable
from typing import Any

import grpc

from sandbox.contract import SandboxUnavailableError
from synth_server.domain import Event, JobState, SynthesisOptions, SynthesisRecord
from synth_server.errors import ServiceError, from_exception
from synth_server.executor.fair import FairQueue, QueueFullError
from synth_server.log import Log
from synth_server.providers.protocol import Provider
from synth_server.running import Runner, Running
from synth_server.store.protocol import Store, StoreError

CANCEL_SECONDS = 20.0  # how long a cancel waits for the end
_PAGE = 100


class Jobs:
    """All syntheses of a server. Those that search have a turn; others wait for it, and callers are served by rotation.

    One caller has at most ``most`` that are not finished; what was taken up again after a restart does not count.
    ``make_provider`` gives a provider for a spec, or raises what
    :meth:`synth_server.providers.registry.Providers.make` raises.
    """

    def __init__(
        self,
        store: Store,
        runner: Runner,
        make_provider: Callable[[str], Provider],
        log: Log,
        turns: FairQueue,
        most: int,
    ) -> None:
        self._store = store
        self._runner = runner
        self._make_provider = make_provider
        self._log = log
        self._turns = turns
        self._most = most
        self._unfinished: Counter[Hashable] = Counter()  # of each caller
        self._running: dict[str, Running] = {}
        self._stopping = asyncio.Event()

    async def start(self, options: SynthesisOptions, caller: Hashable) -> SynthesisRecord:
        """Stores a new synthesis of this caller and begins it.

        Raises:
            NotFoundError: there is no such world or parent model.
            ServiceError: the world has no transitions yet, or the server is stopping.
            QueueFullError: the caller has too many that are not finished.
            UnknownProviderError, UnusableProviderError, ScriptError: no such provider.
            StoreError: it could not be stored; nothing was begun.
        """
        if self._stopping.is_set():
            raise _stopping()
        if self._unfinished[caller] >= self._most:
            raise QueueFullError(
                f"{self._most} syntheses of this caller are not finished, as many as may be; wait for one or cancel it"
            )
        self._unfinished[caller] += 1
        try:
            return await self._store_and_launch(options, caller)
        except BaseException:
            self._let_go(caller)
            raise

    async def _store_and_launch(self, options: SynthesisOptions, caller: Hashable) -> SynthesisRecord:
        await require_data(self._store, options.world)
        if options.parent_model:
            await self._store.model(options.parent_model)
        provider = self._make_provider(options.provider)
        record = SynthesisRecord(f"s-{uuid.uuid4().hex[:16]}", options, JobState.RUNNING, time.time())
        try:
            await self._store.create_synthesis(record)
        except BaseException:
            await provider.close()
            raise
        self._launch(record, provider, caller)
        return record

    async def resume(self) -> int:
        """Takes up every synthesis that was running when the server ended; gives their number.

        Who asked for them is not known any more: those of one world count as one caller's.

        Raises:
            StoreError: they cannot be read.
        """
        found: list[SynthesisRecord] = []
        token = ""
        while True:
            page, token = await self._store.syntheses(_PAGE, token, state=JobState.RUNNING)
            found += page
            if not token:
                break
        for record in reversed(found):  # oldest first
            try:
                provider = self._make_provider(record.options.provider)
                self._launch(record, provider, ("resumed", record.options.world), earlier=True)
            except ValueError as error:  # the provider is gone, or its script
                await self._runner.end(record, JobState.FAILED, f"failed: {error}")
        return len(found)

    async def watch(self, id: str, after: int = 0) -> AsyncIterator[Event]:
        """The events of a synthesis above number ``after``: what is stored, then what comes, up to the last one.

        Raises:
            NotFoundError: there is no such synthesis.
            ServiceError: the server is stopping.
            Exception: what ended the synthesis without a last event.
        """
        record = await self._store.synthesis(id)
        while True:
            job = self._running.get(id)
            changed = job.changed if job is not None else None
            failure = job.failure if job is not None else None
            fresh = job.after(after) if job is not None else None
            for event in fresh if fresh is not None else await self._store.events(id, after):
                yield event
                after = event.sequence
                if event.kind == "finished":
                    return
            if failure is not None:
                raise failure
            if changed is None:
                record = await self._store.synthesis(id)
                if record.state is not JobState.RUNNING:
                    return
                if self._running.get(id) is None:
                    raise _stopping()
                continue
            await self._either(changed)

    def abandon(self, id: str) -> None:
        """Ends a synthesis if it still runs, and does not wait for it."""
        job = self._running.get(id)
        if job is not None and not self._stopping.is_set():
            job.stop.set()

    async def cancel(self, id: str) -> SynthesisRecord:
        """Ends a synthesis, whatever it was doing; one that ended stays as it is.

        Raises:
            NotFoundError: there is no such synthesis.
        """
        record = await self._store.synthesis(id)
        job = self._running.get(id)
        if job is None:
            return record
        job.stop.set()
        if job.failure is not None:
            job.advance(await self._runner.end(record, JobState.CANCELLED, "cancelled"))
            self._running.pop(id, None)
        elif job.task is not None:
            await asyncio.wait({job.task}, timeout=CANCEL_SECONDS)
        return await self._store.synthesis(id)

    async def close(self) -> None:
        """Ends all work. What was running stays so in the store, and goes on at the next start."""
        self._stopping.set()
        tasks = [job.task for job in self._running.values() if job.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _let_go(self, caller: Hashable) -> None:
        self._unfinished[caller] -= 1
        if self._unfinished[caller] <= 0:
            del self._unfinished[caller]

    def _launch(self, record: SynthesisRecord, provider: Provider, caller: Hashable, *, earlier: bool = False) -> None:
        job = Running(record, provider, caller, earlier)
        self._running[record.id] = job
        job.task = asyncio.create_task(self._guard(job), name=f"synthesis {record.id}")

    async def _guard(self, job: Running) -> None:
        """Runs a job to its end, whatever happens."""
        options, facts = job.record.options, {"id": job.record.id}
        self._log.info("synthesis", **facts, world=options.world, provider=options.provider)
        try:
            await self._in_turn(job)
            self._log.info("synthesis ended", **facts, state=job.record.state.value, reason=job.record.reason)
            del self._running[job.record.id]
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            job.failure = error
            if from_exception(error) is None:
                self._log.error("synthesis failed", **facts, exc_info=error)
            else:
                self._log.warning("synthesis interrupted", **facts, reason=str(error))
        finally:
            if not job.earlier:
                self._let_go(job.caller)
            await job.provider.close()
            job.notify()

    async def _in_turn(self, job: Running) -> None:
        """Searches once it has a turn. A synthesis that is cancelled before ends at once."""
        began = asyncio.Event()
        work = asyncio.create_task(self._with_turn(job, began))
        stopping = asyncio.create_task(job.stop.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if began.is_set() or work.done():
                await work
            else:
                await _drop(work)
                job.advance(await self._runner.end(job.record, JobState.CANCELLED, "cancelled"))
        finally:
            await _drop(work, stopping)

    async def _with_turn(self, job: Running, began: asyncio.Event) -> None:
        async with self._turns.turn(job.caller):
            began.set()
            await self._run(job)

    async def _run(self, job: Running) -> None:
        try:
            await self._runner.run(job)
        except StoreError:
            raise  # what is stored is whole; the next start goes on from it
        except SandboxUnavailableError as error:
            job.advance(await self._runner.end(job.record, JobState.FAILED, f"failed: {error}"))
        except Exception as error:  # noqa: BLE001 - a synthesis has an end that can be read
            self._log.error("synthesis failed", id=job.record.id, exc_info=error)
            reason = "failed: an error of the server; its log tells more"
            job.advance(await self._runner.end(job.record, JobState.FAILED, reason))

    async def _either(self, changed: asyncio.Event) -> None:
        """Waits for a change, or for the server to stop.

        Raises:
            ServiceError: it stops.
        """
        waits = [asyncio.create_task(event.wait()) for event in (changed, self._stopping)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _drop(*waits)
        if self._stopping.is_set():
            raise _stopping()


async def _drop(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def require_data(store: Store, world: str) -> None:
    """Makes sure that there is something to learn from.

    Raises:
        NotFoundError: there is no such world.
        ServiceError: it has no transitions yet.
    """
    if not await store.has_transitions(world):
        message = f"the world {world!r} has no transitions yet; submit some first"
        raise ServiceError(grpc.StatusCode.FAILED_PRECONDITION, "NO_DATA", message)


def _stopping() -> ServiceError:
    message = "the server is stopping; syntheses go on when it is back"
    return ServiceError(grpc.StatusCode.UNAVAILABLE, "SERVER_STOPPING", message, retry_seconds=1.0)
