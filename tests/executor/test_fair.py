"""Turns go round between callers, and nobody takes more than a share."""

import asyncio

import pytest

from synth_server.executor.fair import FairQueue, QueueFullError


class Work:
    """Jobs that take a turn, note it, and hold it until told to end."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.begun: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def begin(self, *names: str) -> None:
        """Jobs named by their caller (a letter) and a number."""
        for name in names:
            self.ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._job(name))
        await settle()

    async def end(self, *names: str) -> None:
        for name in names:
            self.ends[name].set()
            await settle()

    async def _job(self, name: str) -> None:
        async with self.queue.turn(name[0]):
            self.begun.append(name)
            await self.ends[name].wait()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_no_more_than_so_many_at_once_and_in_order() -> None:
    work = Work(FairQueue(2))
    await work.begin("a1", "a2", "a3", "a4")
    assert work.begun == ["a1", "a2"]
    await work.end("a2", "a1")
    assert work.begun == ["a1", "a2", "a3", "a4"]
    await work.end("a3", "a4")


async def test_callers_are_served_by_rotation() -> None:
    work = Work(FairQueue(1))
    await work.begin("a1", "a2", "a3", "a4", "b1", "b2", "c1")
    await work.end("a1", "a2", "b1", "c1", "a3", "b2", "a4")
    assert work.begun == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]


async def test_a_caller_that_floods_leaves_room_for_another() -> None:
    work = Work(FairQueue(3, share=2))
    await work.begin(*(f"a{i}" for i in range(1000)))
    assert work.begun == ["a0", "a1"]
    await work.begin("b1", "b2")
    assert work.begun == ["a0", "a1", "b1"]
    await work.end("a0")
    assert work.begun[3:] == ["a2"]  # both wait; it was first, and has had no turn since
    await work.end("a1")
    assert work.begun[4:] == ["b2"]
    for name, task in work.tasks.items():
        if name not in ("a0", "a1"):
            task.cancel()
    await settle()
    await work.begin("c1", "c2", "c3")
    assert work.begun[5:] == ["c1", "c2"]  # nothing is held by those that were cancelled
    await work.end("c1", "c2", "c3")


async def test_who_has_too_much_waiting_is_refused_and_others_are_not() -> None:
    queue = FairQueue(1, waiting=2)
    work = Work(queue)
    await work.begin("a1", "a2", "a3")
    with pytest.raises(QueueFullError, match="2 calls of this caller wait"):
        async with queue.turn("a"):
            pass
    await work.begin("b1")
    await work.end("a1", "a2", "b1", "a3")
    assert work.begun == ["a1", "a2", "b1", "a3"]
    async with queue.turn("a"):
        work.begun.append("again")
    assert work.begun[-1] == "again"


async def test_a_queue_without_places_takes_what_it_can_do_at_once() -> None:
    queue = FairQueue(1, waiting=0)
    for _ in range(2):
        async with queue.turn("a"):
            with pytest.raises(QueueFullError):
                async with queue.turn("b"):
                    pass


async def test_a_turn_that_comes_with_a_cancellation_goes_to_the_next() -> None:
    work = Work(FairQueue(1))
    await work.begin("a1", "b1", "c1")
    work.ends["a1"].set()
    await asyncio.sleep(0)  # a1 is about to end
    await asyncio.sleep(0)
    work.tasks["b1"].cancel()
    await settle()
    assert work.begun[0] == "a1"
    assert "c1" in work.begun
    assert work.tasks["b1"].cancelled()
    await work.end("c1")
    async with asyncio.timeout(1), work.queue.turn("d"):
        work.begun.append("d")
    assert work.begun[-1] == "d"


async def test_a_failure_gives_the_turn_back() -> None:
    queue = FairQueue(1)
    with pytest.raises(KeyError):
        async with queue.turn("a"):
            raise KeyError
    async with asyncio.timeout(1), queue.turn("b"):
        pass


@pytest.mark.parametrize(("at_once", "share"), [(0, None), (1, 0)])
def test_a_queue_gives_at_least_one_turn(at_once: int, share: int | None) -> None:
    with pytest.raises(ValueError, match="at least one"):
        FairQueue(at_once, share)
