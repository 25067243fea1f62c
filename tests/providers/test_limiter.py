import asyncio
import time

import pytest

from synth_server.providers.limiter import Limiter


class Work:
    """Requests that end when they are told to."""

    def __init__(self, limiter: Limiter) -> None:
        self.limiter = limiter
        self.began: list[int] = []
        self.ends: dict[int, asyncio.Event] = {}

    def ask(self, number: int) -> "asyncio.Task[None]":
        self.ends[number] = asyncio.Event()
        return asyncio.create_task(self._run(number))

    async def _run(self, number: int) -> None:
        async with self.limiter.turn():
            self.began.append(number)
            await self.ends[number].wait()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_than_the_limit_are_under_way_and_turns_come_in_order() -> None:
    limiter = Limiter(2)
    work = Work(limiter)
    tasks = [work.ask(number) for number in range(5)]
    await settle()
    assert work.began == [0, 1]
    work.ends[1].set()
    await settle()
    assert work.began == [0, 1, 2]
    for end in work.ends.values():
        end.set()
    await asyncio.gather(*tasks)
    assert work.began == [0, 1, 2, 3, 4]
    assert limiter.active == 0


async def test_a_complaint_halves_the_limit_once_and_success_raises_it_again() -> None:
    now = [0.0]
    limiter = Limiter(8, clock=lambda: now[0])
    limiter.overloaded()
    limiter.overloaded()
    assert limiter.limit == 4
    now[0] = 2.0
    limiter.overloaded()
    assert limiter.limit == 2
    for _ in range(5):
        async with limiter.turn():
            pass
    assert limiter.limit == 3
    for _ in range(100):
        async with limiter.turn():
            pass
    assert limiter.limit == 8


async def test_nobody_begins_before_the_time_that_an_api_names() -> None:
    limiter = Limiter(4)
    limiter.overloaded(0.3)
    began = time.monotonic()
    async with limiter.turn():
        assert time.monotonic() - began >= 0.29


async def test_whoever_is_cancelled_while_waiting_takes_no_turn() -> None:
    limiter = Limiter(1)
    work = Work(limiter)
    first, second, third = work.ask(0), work.ask(1), work.ask(2)
    await settle()
    second.cancel()
    work.ends[0].set()
    await settle()
    assert work.began == [0, 2]
    work.ends[2].set()
    await asyncio.gather(first, third)
    with pytest.raises(asyncio.CancelledError):
        await second
    assert limiter.active == 0


async def test_a_turn_that_was_given_to_one_who_is_cancelled_goes_to_the_next() -> None:
    limiter = Limiter(1)
    work = Work(limiter)
    first, second, third = work.ask(0), work.ask(1), work.ask(2)
    await settle()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    second.cancel()  # its turn may have come in this very moment
    await settle()
    assert work.began[-1] == 2
    work.ends[2].set()
    await third
    assert limiter.active == 0


async def test_failures_do_not_raise_the_limit() -> None:
    limiter = Limiter(8)
    limiter.overloaded()
    for _ in range(20):
        with pytest.raises(RuntimeError):
            async with limiter.turn():
                raise RuntimeError
    assert (limiter.limit, limiter.active) == (4, 0)
