"""One caller's flood of programs that never end is that caller's trouble, at a real port."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import grpc
from worldsmith.v1 import service_pb2 as pb
from worldsmith.v1.service_pb2_grpc import WorldsmithServiceStub

from synth_server.settings import Bounds
from tests.synth_server.conftest import Served
from tests.synth_server.scripts import refused
from tests.verify.worlds import STARTS, TRUE_PROGRAM, WORLD, good_data

RUNNING, WAITING = 2, 16  # of one caller, by default

ENDLESS = """\
def transition(state, action):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


def reward(state, action, next_state, goal):
    return 0.0, False
"""


@asynccontextmanager
async def caller(served: Served) -> AsyncIterator[Any]:
    """Somebody else: a connection of their own."""
    options = [("grpc.use_local_subchannel_pool", 1)]
    async with grpc.aio.insecure_channel(served.application.address, options=options) as channel:
        yield WorldsmithServiceStub(channel)


async def answer_seconds(stub: Any) -> float:
    began = time.monotonic()
    response = await stub.EvaluateProgram(pb.EvaluateProgramRequest(world=WORLD.name, source=TRUE_PROGRAM))
    assert response.evaluation.fit == 1.0
    return time.monotonic() - began


async def test_a_flood_of_endless_programs_starves_nobody(
    serving: Callable[..., AbstractAsyncContextManager[Served]],
) -> None:
    async with serving() as served, caller(served) as hostile, caller(served) as honest:
        await served.create()
        await served.submit(good_data(), STARTS)
        await answer_seconds(honest)
        usual = sorted([await answer_seconds(honest) for _ in range(5)])[2]
        request = pb.EvaluateProgramRequest(world=WORLD.name, source=ENDLESS)
        flood = [asyncio.ensure_future(hostile.EvaluateProgram(request)) for _ in range(1000)]
        try:
            while sum(call.done() for call in flood) < 1000 - RUNNING - WAITING:  # noqa: ASYNC110 - they end one by one
                await asyncio.sleep(0.02)
            meanwhile = sorted([await answer_seconds(honest) for _ in range(5)])[2]
            assert meanwhile < max(5.0, 6 * usual)  # a turn of the flood takes ten seconds
            told = [refused(error) for call in flood if call.done() and (error := call.exception())]
            assert len(told) >= 1000 - RUNNING - WAITING
            assert all(one.code is grpc.StatusCode.RESOURCE_EXHAUSTED for one in told)
            assert {(one.reason, one.retry) for one in told} == {("QUEUE_FULL", 2.0)}
        finally:
            for call in flood:
                call.cancel()
            await asyncio.gather(*flood, return_exceptions=True)
        assert await answer_seconds(honest) < max(5.0, 6 * usual)


async def test_a_caller_that_starts_many_syntheses_holds_up_nobody_else(
    serving: Callable[..., AbstractAsyncContextManager[Served]],
) -> None:
    async with serving() as served, caller(served) as greedy, caller(served) as modest:
        await served.create()
        await served.submit(good_data(), STARTS)
        slow = pb.SynthesizeRequest(world=WORLD.name, provider=served.script({"source": TRUE_PROGRAM, "delay": 600}))
        flood = [greedy.Synthesize(slow) for _ in range(50)]
        first = [asyncio.ensure_future(call.read()) for call in flood]  # whichever has its turn
        done, _ = await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED, timeout=60)
        assert [response.result().event.WhichOneof("event") for response in done] == ["started"]
        while len((await served.stub.ListSyntheses(pb.ListSynthesesRequest())).syntheses) < len(flood):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        quick = pb.SynthesizeRequest(world=WORLD.name, provider=served.script(TRUE_PROGRAM))
        async with asyncio.timeout(60):  # the flood would take hours
            events = [response.event.WhichOneof("event") async for response in modest.Synthesize(quick)]
        assert events[-1] == "finished"
        for reading in first:
            reading.cancel()
        await asyncio.gather(*first, return_exceptions=True)


async def test_a_caller_has_a_bounded_number_of_unfinished_syntheses(
    serving: Callable[..., AbstractAsyncContextManager[Served]],
) -> None:
    async with serving(limits=Bounds(unfinished_syntheses=3)) as served, caller(served) as other:
        await served.create()
        await served.submit(good_data(), STARTS)
        slow = pb.SynthesizeRequest(world=WORLD.name, provider=served.script({"source": TRUE_PROGRAM, "delay": 600}))
        calls = [served.stub.Synthesize(slow) for _ in range(20)]
        reads = [asyncio.ensure_future(call.read()) for call in calls]
        while sum(read.done() for read in reads) < 18:  # noqa: ASYNC110 - one search began, 17 were refused
            await asyncio.sleep(0.02)
        told = [refused(error) for read in reads if read.done() and (error := read.exception())]
        assert len(told) == 17
        assert {(one.code, one.reason) for one in told} == {(grpc.StatusCode.RESOURCE_EXHAUSTED, "QUEUE_FULL")}
        stored = (await served.stub.ListSyntheses(pb.ListSynthesesRequest())).syntheses
        assert len(stored) == 3
        quick = pb.SynthesizeRequest(world=WORLD.name, provider=served.script(TRUE_PROGRAM))
        assert [event async for event in other.Synthesize(quick)]  # another caller is not concerned
        for one in stored:
            await served.stub.CancelSynthesis(pb.CancelSynthesisRequest(id=one.id))
        events = [response.event.WhichOneof("event") async for response in served.stub.Synthesize(quick)]
        assert events[-1] == "finished"  # what ended counts no more
        await asyncio.gather(*reads, return_exceptions=True)
