"""The store in a SQL database: SQLite by default, another one by URL."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, Row, Table, func, insert, select, update

from sandbox.data.records import Start, Transition, World
from synth_server.domain import Candidate, Event, JobState, ModelRecord, SynthesisRecord
from synth_server.store import encoding, paging, syntheses, tables
from synth_server.store.digests import stored_digest
from synth_server.store.engine import open_engine, transaction
from synth_server.store.migrations import migrate
from synth_server.store.protocol import NotFoundError, Rows, Stats, Submitted, WorldExistsError
from synth_server.store.reading import assemble, read_after
from synth_server.store.writing import prepare, write

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 8  # each with a connection: as many reads are made side by side; one of them may write


class SqlStore:
    """Implements :class:`synth_server.store.protocol.Store`. Made by :func:`open_store`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store")
        self._begun: set[asyncio.Task[Any]] = set()
        self._writing = asyncio.Lock()  # writers of this process queue here and not at the database's lock

    async def create_world(self, world: World) -> tuple[World, bool]:
        """The world, and whether it is new."""
        return await self._write(_create_world, world)

    async def world(self, name: str) -> World:
        """The world of that name."""
        return await self._read(lambda connection: _world(_world_row(connection, name)))

    async def worlds(self, size: int, token: str = "") -> tuple[list[World], str]:
        """A page of worlds by name."""
        w = tables.worlds
        rows, after = await self._read(paging.ascending, select(w), w.c.name, size, token)
        return [_world(row) for row in rows], after

    async def has_transitions(self, world: str) -> bool:
        """Whether the world holds any."""

        def work(connection: Connection) -> bool:
            of_world = tables.transitions.c.world == _world_row(connection, world).id
            return connection.execute(select(tables.transitions.c.world).where(of_world).limit(1)).first() is not None

        return await self._read(work)

    async def stats(self, world: str) -> Stats:
        """What the world holds."""
        return await self._read(_stats, world)

    async def submit(self, world: str, transitions: Sequence[Transition], starts: Sequence[Start]) -> Submitted:
        """Adds what is new, all of it or nothing."""
        rows = await asyncio.to_thread(prepare, transitions, starts)

        def work(connection: Connection) -> tuple[int, int]:
            row = _world_row(connection, world, lock=True)
            added = write(connection, row.id, row.sequence, rows)
            if any(added):
                w = tables.worlds
                connection.execute(update(w).where(w.c.id == row.id).values(sequence=row.sequence + sum(added)))
            return added

        added, added_starts = await self._write(work)
        return Submitted(added, len(transitions) - added, added_starts)

    async def rows_after(self, world: str, sequence: int) -> Rows:
        """What was added after row ``sequence`` (0: everything)."""

        def work(connection: Connection) -> Any:
            row = _world_row(connection, world)
            return read_after(connection, row.id, sequence, row.sequence)

        return await asyncio.to_thread(assemble, await self._read(work))

    async def create_synthesis(self, record: SynthesisRecord) -> None:
        """Adds a synthesis."""

        def work(connection: Connection) -> None:
            syntheses.insert_synthesis(connection, _world_row(connection, record.options.world).id, record)

        await self._write(work)

    async def synthesis(self, id: str) -> SynthesisRecord:
        """The synthesis of that id."""
        query = syntheses.select_syntheses().where(tables.syntheses.c.id == id)
        row = await self._read(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            raise NotFoundError("synthesis", id)
        return syntheses.synthesis(row)

    async def syntheses(
        self, size: int, token: str = "", world: str = "", state: JobState | None = None
    ) -> tuple[list[SynthesisRecord], str]:
        """A page of syntheses, newest first."""
        query = syntheses.select_syntheses()
        if world:
            query = query.where(tables.worlds.c.name == world)
        if state is not None:
            query = query.where(tables.syntheses.c.state == state.value)
        rows, after = await self._read(paging.descending, query, tables.syntheses.c.number, size, token)
        return [syntheses.synthesis(row) for row in rows], after

    async def record(
        self,
        event: Event,
        synthesis: SynthesisRecord,
        candidate: Candidate | None = None,
        model: ModelRecord | None = None,
    ) -> Event:
        """Adds one event with all that it tells."""
        return await self._write(syntheses.record_event, event, synthesis, candidate, model)

    async def events(self, synthesis: str, after: int = 0) -> list[Event]:
        """The events with a sequence number above ``after``, in order."""
        return await self._read(syntheses.events_after, synthesis, after)

    async def candidates(self, synthesis: str) -> list[Candidate]:
        """The candidates of a synthesis in the order in which they were proposed."""
        return await self._read(syntheses.candidates, synthesis)

    async def model(self, id: str) -> ModelRecord:
        """The model of that id."""
        query = syntheses.select_models().where(tables.models.c.id == id)
        row = await self._read(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            raise NotFoundError("model", id)
        return syntheses.model(row)

    async def models(self, size: int, token: str = "", world: str = "") -> tuple[list[ModelRecord], str]:
        """A page of models, newest first."""
        query = syntheses.select_models()
        if world:
            query = query.where(tables.worlds.c.name == world)
        rows, after = await self._read(paging.descending, query, tables.models.c.number, size, token)
        return [syntheses.model(row) for row in rows], after

    async def close(self) -> None:
        """Lets go of the database, once what was begun is done."""
        if self._begun:
            await asyncio.wait(self._begun)
        self._threads.shutdown()
        self._engine.dispose()

    async def _read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._whole(lambda connection: work(connection, *args, **kwargs), writes=False)

    async def _write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._whole(lambda connection: work(connection, *args, **kwargs), writes=True)

    async def _whole(self, work: Callable[[Connection], T], *, writes: bool) -> T:
        """Runs a transaction to its end even when the caller is cancelled: writers follow one another."""

        def run() -> T:
            with transaction(self._engine, writes=writes) as connection:
                return work(connection)

        async def in_turn() -> T:
            async with self._writing if writes else nullcontext():
                return await asyncio.get_running_loop().run_in_executor(self._threads, run)

        task = asyncio.create_task(in_turn())
        self._begun.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._begun.discard(task)
        if not task.cancelled():
            task.exception()  # the caller may not be there any more to ask for it


async def open_store(url: str, max_bytes: int = 0, busy_seconds: float = 5.0) -> SqlStore:
    """The store at ``url``, its tables made or brought up to date.

    Of a SQLite file ``max_bytes`` bounds the size (0: the disk does), and ``busy_seconds`` is how long another
    process that writes is waited for.

    Raises:
        StoreError: the database cannot be used, or was written by a later version.
    """
    engine = open_engine(url, max_bytes, busy_seconds, THREADS)
    try:
        await asyncio.to_thread(_bring_up_to_date, engine)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine)


def _bring_up_to_date(engine: Engine) -> None:
    with transaction(engine, writes=True) as connection:
        migrate(connection)


def _create_world(connection: Connection, world: World) -> tuple[World, bool]:
    w = tables.worlds
    interface = encoding.interface_to_text(world.actions, world.success)
    row = connection.execute(select(w).where(w.c.name == world.name)).one_or_none()
    if row is None:
        connection.execute(
            insert(w).values(
                name=world.name, description=world.description, interface=interface, created=time.time(), sequence=0
            )
        )
        return world, True
    if (row.description, row.interface) != (world.description, interface):
        raise WorldExistsError(f"there is another world named {world.name!r}; give yours another name")
    return world, False


def _world_row(connection: Connection, name: str, lock: bool = False) -> Row[Any]:
    query = select(tables.worlds).where(tables.worlds.c.name == name)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFoundError("world", name)
    return row


def _world(row: Row[Any]) -> World:
    return World(row.name, row.description, *encoding.interface_from_text(row.interface))


def _stats(connection: Connection, world: str) -> Stats:
    row = _world_row(connection, world)
    return Stats(
        transitions=_count(connection, tables.transitions, row.id),
        starts=_count(connection, tables.starts, row.id),
        digest=stored_digest(connection, row.id),
        created=row.created,
    )


def _count(connection: Connection, table: Table, world: int) -> int:
    return connection.execute(select(func.count()).select_from(table).where(table.c.world == world)).scalar_one()
