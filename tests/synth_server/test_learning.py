"""The built-in learner behind the server: cancelled at any moment, and the same whatever was asked before."""

import asyncio
import time
from pathlib import Path

import pytest
from worldsmith.v1 import service_pb2 as pb

from bench.learning import relational
from bench.learning.games import RulesGame, gather
from sandbox.data.records import World
from tests.inductive.test_growth import FIRST_MILESTONE, rows
from tests.synth_server.conftest import Served


def learners() -> list[int]:
    """The learner's processes that run on this machine and descend from this one."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rsplit(")", 1)[1].split()[1])
            told = (status.parent / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == own() and b"synth_server.inductive.worker" in told:
            found.append(int(status.parent.name))
    return found


def own() -> int:
    return int(Path("/proc/self").resolve().name)


async def until_asked(events: "asyncio.Queue[pb.SynthesisEvent]") -> str:
    while (event := await asyncio.wait_for(events.get(), 30)).WhichOneof("event") != "asked":
        pass
    return event.synthesis


@pytest.mark.parametrize("moment", [0.0, 0.7, 2.0])
async def test_a_synthesis_is_cancelled_in_the_middle_of_learning(served: Served, moment: float) -> None:
    await served.create(World("tasks"))
    await served.submit(gather([RulesGame(relational.world(3))], 700, 3), world="tasks")
    events: asyncio.Queue[pb.SynthesisEvent] = asyncio.Queue()

    async def listen() -> None:
        request = pb.SynthesizeRequest(world="tasks", provider="inductive", skip_optimism=True)
        async for response in served.stub.Synthesize(request):
            await events.put(response.event)

    listening = asyncio.ensure_future(listen())
    synthesis = await until_asked(events)
    await asyncio.sleep(moment)
    began = time.monotonic()
    answer = await served.stub.CancelSynthesis(pb.CancelSynthesisRequest(id=synthesis))
    await listening
    assert time.monotonic() - began < 5
    assert answer.synthesis.reason == "cancelled"
    assert learners() == []  # the one that was at it is gone; there was no other


async def test_the_same_rows_give_the_same_program_whatever_was_asked_before(served: Served) -> None:
    data = rows(FIRST_MILESTONE + 60)
    for name, stages in (("asked", (100, FIRST_MILESTONE + 20, len(data))), ("new", (len(data),))):
        await served.create(World(name))
        for stage in stages:
            await served.submit(data[:stage], world=name)
            request = pb.SynthesizeRequest(world=name, provider="inductive", skip_optimism=True)
            events = [response.event async for response in served.stub.Synthesize(request)]
        if name == "asked":
            source = events[-1].finished.model.source
            assert len(learners()) == 1  # kept for the next request
    assert events[-1].finished.model.source == source
