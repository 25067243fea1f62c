"""No room, and a lock that somebody else holds: typed errors, and nothing half-done."""

import sqlite3
from pathlib import Path
from typing import Any

import grpc
import pytest
from worldsmith.v1 import service_pb2 as pb

from sandbox.data.records import Transition, World
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State
from synth_server.store.protocol import StoreBusyError, StoreFullError, StoreUnavailableError
from synth_server.store.sql import open_store
from tests.synth_server.scripts import refused
from tests.verify.worlds import IDENTITY_PROGRAM, STARTS, TRUE_PROGRAM, WORLD, good_data


def bulky(count: int, size: int = 4000) -> list[Transition]:
    """Rows that share nothing."""
    states = [State([Object("Text", body=f"{i:08}" * (size // 8))]) for i in range(count + 1)]
    return [Transition(states[i], Action("turn"), 0.0, states[i + 1]) for i in range(count)]


async def gather(call: Any, events: list[pb.SynthesisEvent]) -> None:
    async for response in call:
        events.append(response.event)  # noqa: PERF401 - what came before an error counts


async def test_a_full_disk_takes_all_of_a_stream_or_nothing(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'w.db'}", max_bytes=600_000)
    await store.create_world(WORLD)
    await store.submit(WORLD.name, bulky(20), [])
    before = await store.stats(WORLD.name)
    with pytest.raises(StoreFullError, match="full"):
        await store.submit(WORLD.name, bulky(400), [])
    assert await store.stats(WORLD.name) == before
    rows = await store.rows_after(WORLD.name, 0)
    assert [row.digest() for row in rows.transitions] == [row.digest() for row in bulky(20)]
    assert (await store.submit(WORLD.name, bulky(21), [])).added_transitions == 1
    await store.close()
    with sqlite3.connect(tmp_path / "w.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM states").fetchone() == (22,)
    connection.close()


async def test_a_lock_held_by_another_process_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'w.db'}", busy_seconds=0.1)
    await store.create_world(WORLD)
    other = sqlite3.connect(tmp_path / "w.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError, match="locked"):
        await store.submit(WORLD.name, good_data(), STARTS)
    assert (await store.stats(WORLD.name)).transitions == 0
    other.execute("ROLLBACK")
    other.close()
    assert (await store.submit(WORLD.name, good_data(), STARTS)).added_transitions > 0
    await store.close()


async def test_a_database_whose_tables_are_gone_is_unavailable(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'w.db'}")
    other = sqlite3.connect(tmp_path / "w.db")
    other.execute("DROP TABLE starts")
    other.close()
    await store.create_world(WORLD)
    with pytest.raises(StoreUnavailableError, match="starts"):
        await store.stats(WORLD.name)
    await store.close()


async def test_a_full_disk_is_answered_as_such_over_the_wire(serving) -> None:
    async with serving(limits={"database_bytes": 400_000}) as served:
        await served.create()
        await served.submit(good_data(), STARTS)
        before = (await served.stub.GetWorld(pb.GetWorldRequest(name=WORLD.name))).stats
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await served.submit(bulky(300))
        said = refused(error.value)
        assert (said.code, said.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "STORAGE_FULL")
        assert "\n" not in said.message
        assert (await served.stub.GetWorld(pb.GetWorldRequest(name=WORLD.name))).stats == before


async def test_a_disk_that_fills_up_in_a_synthesis_is_told_and_the_synthesis_goes_on_later(serving) -> None:
    fat = "x" * 60_000
    async with serving(limits={"database_bytes": 400_000}) as served:
        await served.create()
        await served.submit(good_data(), STARTS)
        programs = [f"{IDENTITY_PROGRAM}\nFAT = {fat + str(i)!r}\n" for i in range(6)]
        call = served.stub.Synthesize(
            pb.SynthesizeRequest(world=WORLD.name, provider=served.script(*programs, TRUE_PROGRAM))
        )
        events: list[pb.SynthesisEvent] = []
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await gather(call, events)
        assert refused(error.value).reason == "STORAGE_FULL"
        name = events[0].synthesis
        kept = (await served.stub.GetSynthesis(pb.GetSynthesisRequest(id=name))).synthesis
        assert kept.state == pb.SYNTHESIS_STATE_RUNNING
    async with serving() as served:
        watch = served.stub.WatchSynthesis(pb.WatchSynthesisRequest(id=name))
        later = [response.event async for response in watch]
    assert later[: len(events)] == events
    assert [event.sequence for event in later] == list(range(1, len(later) + 1))
    assert later[-1].finished.model.source == TRUE_PROGRAM
    assert [e.proposed.candidate for e in later if e.HasField("proposed")] == [f"c{i}" for i in range(1, 8)]


async def test_names_that_only_look_alike_are_different_worlds(serving) -> None:
    async with serving() as served:
        for name in ("a", "A", "a ", "ä"):
            await served.create(World(name))
        assert len((await served.stub.ListWorlds(pb.ListWorldsRequest())).worlds) == 4
