"""Transitions and starts in a real SQLite file."""

import random
import sqlite3
from pathlib import Path

import pytest

from sandbox.data.records import Start, Success, Transition, World, data_digest
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import Object, State
from synth_server.store.protocol import NotFoundError, PageTokenError, StoreUnavailableError, WorldExistsError
from synth_server.store.sql import SqlStore, open_store

WORLD = World("grid", "a grid", (ActionSchema("go", (Argument(values=("up", 1, 1.0, True)),)),), Success(0.5, False))


@pytest.fixture
async def store(tmp_path: Path):
    opened = await open_store(f"sqlite:///{tmp_path / 'w.db'}")
    yield opened
    await opened.close()


def walk(steps: int, seed: int = 0, walls: int = 30) -> tuple[list[Transition], list[Start]]:
    """A walk among walls, with values of every kind."""
    rng = random.Random(seed)
    state = State([Object("Wall", x=i, y=seed) for i in range(walls)] + [Object("Agent", x=0, y=0, bag=None)])
    starts, rows = [Start(state, "find it")], []
    for step in range(steps):
        after = state.copy()
        agent = after.one("Agent")
        agent.x = rng.choice([agent.x + 1, float(agent.x), agent.x - 1])
        agent.bag = rng.choice([None, True, 1, 1.0, "ü\x00", (1, (2.5, None)), {"a": [1, {"b": "c"}]}])
        action = Action("go", [rng.choice(["up", 1, 1.0, True])])
        offered = rng.choice([None, (), (Action("go", ["up"]), Action("wait"))])
        rows.append(
            Transition(
                state,
                action,
                rng.random(),
                after,
                rng.choice(["", "find it"]),
                step % 7 == 6,
                False,
                "e",
                step,
                offered,
            )
        )
        state = after
    return rows, starts


def plain(row: Transition) -> tuple[object, ...]:
    return (row.digest(), row.truncated, row.episode, row.step, repr(row.available))


async def test_rows_come_back_as_they_were(store: SqlStore) -> None:
    rows, starts = walk(300)
    await store.create_world(WORLD)
    submitted = await store.submit("grid", rows, starts)
    found = await store.rows_after("grid", 0)
    assert submitted.added_transitions == len({row.digest() for row in rows})
    assert sorted(map(plain, found.transitions)) == sorted(
        map(plain, {row.digest(): row for row in reversed(rows)}.values())
    )
    assert [start.digest() for start in found.starts] == [start.digest() for start in starts]
    stats = await store.stats("grid")
    assert stats.digest == data_digest(rows, starts)
    assert (stats.transitions, stats.starts) == (len(found.transitions), 1)
    assert found.sequence == stats.transitions + stats.starts


async def test_what_is_there_is_counted_and_not_stored_again(store: SqlStore) -> None:
    rows, starts = walk(40)
    await store.create_world(WORLD)
    first = await store.submit("grid", rows[:20], starts)
    again = await store.submit("grid", [*rows, rows[-1]], starts)
    assert first.added_transitions + again.added_transitions == (await store.stats("grid")).transitions
    assert again.known_transitions == 41 - again.added_transitions
    assert again.added_starts == 0
    assert (await store.submit("grid", rows, [])).added_transitions == 0


async def test_rows_after_a_number_are_the_later_ones_only(store: SqlStore) -> None:
    rows, starts = walk(200)
    await store.create_world(WORLD)
    await store.submit("grid", rows[:150], starts)
    seen = await store.rows_after("grid", 0)
    await store.submit("grid", rows[150:], [Start(rows[160].state, "another")])
    later = await store.rows_after("grid", seen.sequence)
    known = {row.digest() for row in rows[:150]}
    assert {row.digest() for row in later.transitions} == {row.digest() for row in rows[150:]} - known
    assert [start.goal for start in later.starts] == ["another"]
    assert not (await store.rows_after("grid", later.sequence)).transitions


async def test_worlds_share_nothing(store: SqlStore) -> None:
    rows, starts = walk(20)
    await store.create_world(WORLD)
    await store.create_world(World("other"))
    await store.submit("grid", rows, starts)
    assert (await store.stats("other")).transitions == 0
    assert (await store.submit("other", rows, starts)).known_transitions == len(rows) - len({r.digest() for r in rows})


async def test_a_static_background_is_stored_once(store: SqlStore, tmp_path: Path) -> None:
    rows, starts = walk(600, walls=400)
    await store.create_world(WORLD)
    for i in range(0, 600, 50):
        await store.submit("grid", rows[i : i + 50], starts)
    found = await store.rows_after("grid", 0)
    assert data_digest(found.transitions, found.starts) == data_digest(rows, starts)
    await store.close()
    assert (tmp_path / "w.db").stat().st_size < 600_000


async def test_everything_is_there_after_opening_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    rows, starts = walk(30)
    first = await open_store(url)
    await first.create_world(WORLD)
    await first.submit("grid", rows, starts)
    before = await first.stats("grid")
    await first.close()
    second = await open_store(url)
    assert await second.stats("grid") == before
    assert await second.world("grid") == WORLD
    await second.close()


async def test_a_world_is_created_once_and_never_redefined(store: SqlStore) -> None:
    assert await store.create_world(WORLD) == (WORLD, True)
    assert await store.create_world(WORLD) == (WORLD, False)
    with pytest.raises(WorldExistsError, match="'grid'"):
        await store.create_world(World("grid", "another"))
    with pytest.raises(NotFoundError, match="no world 'nowhere'"):
        await store.submit("nowhere", *walk(3))


async def test_pages_of_worlds_cover_all_of_them_once(store: SqlStore) -> None:
    for i in range(7):
        await store.create_world(World(f"w{i}"))
    names, token, pages = [], "", 0
    while True:
        page, token = await store.worlds(3, token)
        names += [world.name for world in page]
        pages += 1
        if not token:
            break
    assert names == [f"w{i}" for i in range(7)]
    assert pages == 3
    for bad in ("@@", "bm9wZQ==", "NQ=="):
        with pytest.raises(PageTokenError):
            await store.worlds(3, bad)


async def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    await (await open_store(url)).close()
    with sqlite3.connect(tmp_path / "w.db") as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()
    with pytest.raises(StoreUnavailableError, match="version 99"):
        await open_store(url)


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite+nodriver:///x", "sqlite+aiosqlite:///x", "sqlite:////proc/none/w.db"]
)
async def test_a_database_that_cannot_be_used_is_named_in_one_line(url: str) -> None:
    with pytest.raises(StoreUnavailableError) as error:
        await open_store(url)
    assert "\n" not in str(error.value)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w.db").write_bytes(b"something else entirely" * 100)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        await open_store(f"sqlite:///{tmp_path / 'w.db'}")
