"""The client for asyncio, at a real server."""

import asyncio
import inspect
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_client import PlayRequest, PlaySettings, ServerChoice, aio, client, embedded, types
from agent_client.adapters.base import StepResult
from agent_client.errors import NotFoundError, ServerUnreachableError
from agent_client.events import EpisodeStarted, Event, ModelReceived, Stepped, SynthesisProgress
from agent_client.learning import LearnSettings
from sandbox.runtime.actions import Action
from tests.agent_client.cells import walk
from tests.agent_client.conftest import Script
from tests.agent_client.corridor import GOAL, GOOD, Corridor, situation
from tests.agent_client.ports import free_port

SLOW = {"source": GOOD, "delay": 60}
SOON = 15.0  # seconds in which a cancelled task has to end, where something else would take a minute


@pytest.fixture
async def connection(server: embedded.EmbeddedServer) -> AsyncIterator[aio.Connection]:
    async with aio.connect(ServerChoice(server.address, trust_key=server.key_fingerprint)) as made:
        yield made


async def given(connection: aio.Connection, name: str) -> str:
    """A world with data."""
    data = walk(["press", *["right"] * 12, "press"])
    assert data.world is not None
    world = type(data.world)(name, actions=data.world.actions)
    assert await connection.client.create_world(world)
    sent = await connection.client.submit(name, data.transitions, data.starts)
    assert sent.added_transitions == len(data.transitions)
    return name


async def states(connection: aio.Connection, world: str) -> list[types.SynthesisState]:
    return [one.state async for one in connection.client.list_syntheses(world)]


def test_every_method_of_the_client_is_there_as_it_is() -> None:
    own = {name: member for name, member in vars(client.Client).items() if inspect.isfunction(member)}
    methods = {name: member for name, member in own.items() if not name.startswith("_") and name != "close"}
    assert len(methods) == 16
    for name, method in methods.items():
        asynchronous = vars(aio.Client)[name]
        assert inspect.signature(asynchronous) == inspect.signature(method)
        iterates = "Iterator" in str(inspect.signature(method).return_annotation)
        assert inspect.isasyncgenfunction(asynchronous) == iterates
        assert inspect.iscoroutinefunction(asynchronous) != iterates


async def test_all_calls_answer_as_the_client_s(connection: aio.Connection, script: Script) -> None:
    calls, blocking = connection.client, connection.blocking.client
    assert await calls.server_info() == connection.info == blocking.server_info()
    assert [one.spec for one in await calls.list_providers(["inductive"])] == ["inductive"]
    world = await given(connection, "aio-calls")
    events = [event async for event in calls.synthesize(world, provider=script(GOOD))]
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    finished = events[-1].body
    assert isinstance(finished, types.Finished)
    assert finished.model is not None
    assert finished.status is types.Status.VERIFIED
    search = events[0].synthesis
    assert [event async for event in calls.watch(search)] == events
    assert [entry.event.sequence async for entry in calls.trace(search)] == [event.sequence for event in events]
    assert (await calls.get_synthesis(search)).state is types.SynthesisState.FINISHED
    assert await calls.get_model(finished.model.id) == blocking.get_model(finished.model.id)
    assert [model.id async for model in calls.list_models(world)] == [finished.model.id]
    assert (await calls.evaluate(world, GOOD)).fit == 1.0
    assert (await calls.get_world(world))[1].transitions == 14
    assert (await calls.diagnose(world)).distinct == 14
    assert (await calls.next_experiment(world, situation(3, lamp=11), GOAL)).error == ""
    with pytest.raises(NotFoundError):
        await calls.get_model("m-gone")


async def test_a_play_is_told_in_the_loop_s_thread_and_solves(connection: aio.Connection, script: Script) -> None:
    here, seen, told = threading.current_thread(), list[Event](), list[Event]()

    def see(event: Event) -> None:
        assert threading.current_thread() is here
        seen.append(event)

    async def tell(event: Event) -> None:
        await asyncio.sleep(0)
        told.append(event)

    request = PlayRequest(learn=LearnSettings(script(GOOD)), play=PlaySettings(episodes=2))
    result, model = await aio.play(Corridor(), connection, request, [see, tell])
    assert result.achieved
    assert model is not None
    assert model.source == GOOD
    assert told == seen
    assert sum(isinstance(event, Stepped) for event in seen) == result.steps
    assert isinstance(seen[0], EpisodeStarted)
    assert any(isinstance(event, ModelReceived) for event in seen)


async def test_plays_go_on_side_by_side(connection: aio.Connection, script: Script) -> None:
    order: list[int] = []
    plays = [
        aio.play(
            Corridor(),
            connection,
            PlayRequest(learn=LearnSettings(script(GOOD))),
            [lambda event, number=number: order.append(number)],  # type: ignore[misc]
        )
        for number in range(3)
    ]
    assert [result.achieved for result, _ in await asyncio.gather(*plays)] == [True] * 3
    assert order != sorted(order)


async def test_what_an_observer_raises_ends_the_play(connection: aio.Connection) -> None:
    def tired(event: Event) -> None:
        if isinstance(event, Stepped) and event.number == 3:
            raise ZeroDivisionError("enough")

    env = Corridor()
    with pytest.raises(ZeroDivisionError, match="enough"):
        await aio.play(env, connection, None, [tired])
    assert env.steps_in_all == 3


async def test_a_cancelled_play_stops_and_cancels_its_search(connection: aio.Connection, script: Script) -> None:
    searching = asyncio.Event()

    def see(event: Event) -> None:
        if isinstance(event, SynthesisProgress):
            searching.set()

    env, request = Corridor(), PlayRequest("aio-stopped", learn=LearnSettings(script(SLOW)))
    task = asyncio.create_task(aio.play(env, connection, request, [see]))
    await asyncio.wait_for(searching.wait(), 60)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < SOON
    assert await states(connection, "aio-stopped") == [types.SynthesisState.CANCELLED]
    assert (await connection.client.get_world("aio-stopped"))[1].transitions >= 10
    steps = env.steps_in_all
    await asyncio.sleep(0.2)
    assert env.steps_in_all == steps


async def test_a_cancelled_play_takes_no_further_step_and_keeps_what_it_saw(connection: aio.Connection) -> None:
    loop, stepping = asyncio.get_running_loop(), asyncio.Event()

    class Slow(Corridor):
        def step(self, action: Action) -> StepResult:
            if self.steps_in_all == 4:
                loop.call_soon_threadsafe(stepping.set)
            time.sleep(0.1)
            return super().step(action)

    env = Slow()
    task = asyncio.create_task(aio.play(env, connection, PlayRequest("aio-slow")))
    await stepping.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    steps = env.steps_in_all
    assert steps == 5
    assert 1 <= (await connection.client.get_world("aio-slow"))[1].transitions <= steps
    await asyncio.sleep(0.2)
    assert env.steps_in_all == steps


async def test_an_observer_that_waits_for_ever_does_not_keep_a_play_from_being_cancelled(
    connection: aio.Connection,
) -> None:
    queue: asyncio.Queue[Event] = asyncio.Queue(1)
    task = asyncio.create_task(aio.play(Corridor(), connection, None, [queue.put]))
    assert isinstance(await queue.get(), EpisodeStarted)
    began = time.monotonic()
    await asyncio.sleep(0.3)  # the queue is full, and its `put` waits
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < SOON


@pytest.mark.parametrize("events", [0, 1])
async def test_a_cancelled_task_cancels_the_search_that_it_waits_for(
    connection: aio.Connection, script: Script, events: int
) -> None:
    world, seen = await given(connection, f"aio-search-{events}"), list[types.SynthesisEvent]()

    async def search() -> None:
        async for event in connection.client.synthesize(world, provider=script(SLOW)):
            seen.append(event)

    task = asyncio.create_task(search())
    while len(seen) < events or not await states(connection, world):
        await asyncio.sleep(0.01)
        if not events:
            break
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < SOON
    left = await states(connection, world)
    assert left == [types.SynthesisState.CANCELLED] or (events == 0 and left == [])


async def test_an_iterator_that_is_dropped_leaves_the_search_to_go_on(
    connection: aio.Connection, script: Script
) -> None:
    world = await given(connection, "aio-dropped")
    async for event in connection.client.synthesize(world, provider=script(SLOW)):
        search = event.synthesis
        break
    await asyncio.sleep(0.2)
    assert await states(connection, world) == [types.SynthesisState.RUNNING]
    assert (await connection.client.cancel(search)).state is types.SynthesisState.CANCELLED


async def test_a_cancelled_task_that_only_watches_leaves_the_search_alone(
    connection: aio.Connection, script: Script
) -> None:
    world, seen = await given(connection, "aio-watched"), list[str]()
    async for event in connection.client.synthesize(world, provider=script(SLOW)):
        seen.append(event.synthesis)
        break

    async def watch() -> None:
        async for event in connection.client.watch(seen[0], after_sequence=1):
            seen.append(event.synthesis)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(watch(), 0.5)
    assert await states(connection, world) == [types.SynthesisState.RUNNING]
    await connection.client.cancel(seen[0])


async def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ServerUnreachableError, match="no Worldsmith server answers"):
        async with aio.connect(ServerChoice(f"127.0.0.1:{free_port()}")):
            raise AssertionError


async def test_a_server_of_one_s_own_ends_with_its_block_also_when_its_start_is_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(aio, "PATIENCE", 60.0)
    where, lines = ServerChoice(data_dir=tmp_path / "data"), list[str]()

    async def hold() -> None:
        async with aio.connect(where):
            raise AssertionError

    task = asyncio.create_task(hold())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with aio.connect(where, lines.append) as connection:  # no other server holds the folder any more
        address = connection.blocking.client.address
    assert any(address in line for line in lines)
    with pytest.raises(ServerUnreachableError):
        async with aio.connect(ServerChoice(address)):
            raise AssertionError


PROGRAM = """
import asyncio, time
import grpc
from worldsmith.v1 import service_pb2
from agent_client import aio
from agent_client.client import Client
from agent_client.threads import Threads
from tests.agent_client.fake_server import serving

def hang(request, context):
    while context.is_active():
        time.sleep(0.02)
    return service_pb2.GetModelResponse()

def events(request, context):
    yield service_pb2.SynthesizeResponse(event=service_pb2.SynthesisEvent(synthesis="s", sequence=1))
    hang(request, context)

def cancel(request, context):
    print("the search was cancelled", flush=True)
    return hang(request, context)

async def main(address):
    calls = aio.Client(Client(address), Threads())
    try:
        await asyncio.wait_for(calls.get_model("m"), 0.2)
    except TimeoutError:
        print("in time")
    async for event in calls.synthesize("w"):
        asyncio.create_task(calls.get_model("m"))
        print(event.synthesis)
        break

with serving(GetModel=hang, Synthesize=events, CancelSynthesis=cancel) as address:
    asyncio.run(main(address))
    print("over")
"""


def test_nothing_hangs_when_the_loop_ends() -> None:
    began = time.monotonic()
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    quiet = os.environ | {"GRPC_VERBOSITY": "NONE"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=quiet)
    assert (done.returncode, done.stdout, done.stderr) == (0, "in time\ns\nover\n", "")
    assert time.monotonic() - began < SOON
