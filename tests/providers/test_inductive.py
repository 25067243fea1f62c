import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from synth_server.providers.inductive import InductiveProvider
from synth_server.providers.learners import Learners
from synth_server.providers.protocol import ProviderError, ProviderExhaustedError, Request
from tests.verify.worlds import STARTS, WORLD, good_data

REQUEST = Request(WORLD, good_data(), STARTS, index=0, seed=0)


Worker = Callable[..., InductiveProvider]


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[Worker]:
    """Makes providers whose worker runs a body in place of the learner."""
    made: list[InductiveProvider] = []

    def make(body: str, seconds: float = 30.0) -> InductiveProvider:
        made.append(instead(tmp_path, body, seconds))
        return made[-1]

    yield make
    for provider in made:
        await provider.close()


@pytest.fixture
async def learner() -> AsyncIterator[InductiveProvider]:
    """The real one."""
    made = InductiveProvider()
    yield made
    await made.close()


def instead(folder: Path, body: str, seconds: float) -> InductiveProvider:
    lines = "\n    ".join(body.splitlines())
    (folder / "worker.py").write_text(
        "import json, os, sys, time\n"
        "from synth_server.inductive.wire import decode_request\n"
        "def read(): return sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(8), 'big'))\n"
        "request = decode_request(read())\n"
        "def answer(reply):\n"
        "    data = json.dumps(reply).encode()\n"
        "    sys.stdout.buffer.write(len(data).to_bytes(8, 'big') + data)\n"
        "    sys.stdout.buffer.flush()\n"
        f"if True:\n    {lines}\n"
    )
    provider = InductiveProvider(seconds=seconds)
    provider._learners = Learners([sys.executable, str(folder / "worker.py")])
    return provider


async def test_the_worker_sees_the_request_and_its_answer_comes_back(worker: Worker) -> None:
    provider = worker("answer({'source': f'# {len(request.transitions)} rows', 'note': request.world.name})")
    proposal = await provider.propose(REQUEST)
    assert (proposal.source, proposal.note) == (f"# {len(good_data())} rows", "corridor")
    assert (proposal.usage.calls, proposal.usage.tokens, proposal.usage.cost_usd) == (1, 0, 0.0)


async def test_a_worker_with_nothing_further_exhausts_the_provider(worker: Worker) -> None:
    with pytest.raises(ProviderExhaustedError, match="all said"):
        await worker("answer({'exhausted': 'all said'})").propose(REQUEST)


async def test_a_worker_that_fails_says_why(worker: Worker) -> None:
    with pytest.raises(ProviderError, match=r"code 1: .*ValueError: no such rule"):
        await worker("raise ValueError('no such rule')").propose(REQUEST)


async def test_nonsense_from_a_worker_is_an_error(worker: Worker) -> None:
    for body in ("sys.stdout.write('hello')", "answer([1])", "answer({})", "pass"):
        with pytest.raises(ProviderError, match="not readable"):
            await worker(body).propose(REQUEST)


async def test_a_worker_that_takes_too_long_is_killed(worker: Worker) -> None:
    with pytest.raises(ProviderError, match="within 1 s"):
        await worker("time.sleep(60)", seconds=1.0).propose(REQUEST)


async def test_cancelling_kills_the_worker_and_what_it_started(worker: Worker, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    body = (
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}} ')\n"
        "time.sleep(60)"
    )
    asking = asyncio.create_task(worker(body).propose(REQUEST))
    await until(lambda: pids.exists() and pids.read_text().endswith(" "))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    started = [int(pid) for pid in pids.read_text().split()]
    await until(lambda: not any(map(alive, started)))


async def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Waits for something that other processes do."""
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit
        await asyncio.sleep(0.05)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


async def test_the_real_learner_answers_with_a_program(learner: InductiveProvider) -> None:
    proposal = await learner.propose(REQUEST)
    compile(proposal.source, "model.py", "exec")
    assert "def transition" in proposal.source


async def test_the_real_learner_answers_alike_each_time_in_one_process_and_in_another(
    learner: InductiveProvider,
) -> None:
    first, second = [await learner.propose(REQUEST) for _ in range(2)]
    await learner.close()
    third = await learner.propose(REQUEST)
    assert first.source == second.source == third.source


async def test_one_process_answers_one_request_after_the_other(worker: Worker, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    body = (
        "while True:\n"
        f"    open({str(pids)!r}, 'a').write(f'{{os.getpid()}} ')\n"
        "    answer({'source': '#'})\n"
        "    request = decode_request(read())"
    )
    provider = worker(body)
    for _ in range(3):
        await provider.propose(REQUEST)
    told = pids.read_text().split()
    assert (len(told), len(set(told))) == (3, 1)
    await provider.close()
    await until(lambda: not alive(int(told[0])))
    await provider.propose(REQUEST)
    assert len(set(pids.read_text().split())) == 2


async def test_requests_side_by_side_are_answered_by_several(worker: Worker) -> None:
    provider = worker("time.sleep(1)\nanswer({'source': f'# {os.getpid()}'})")
    found = await asyncio.gather(*(provider.propose(REQUEST) for _ in range(3)))
    assert len({one.source for one in found}) == 3


async def test_a_worker_that_ended_meanwhile_is_replaced(worker: Worker) -> None:
    provider = worker("answer({'source': '#'})")  # and ends
    await provider.propose(REQUEST)
    await asyncio.sleep(0.5)
    assert (await provider.propose(REQUEST)).source == "#"


async def test_the_real_learner_has_nothing_to_say_without_data(learner: InductiveProvider) -> None:
    with pytest.raises(ProviderExhaustedError, match="no transitions"):
        await learner.propose(Request(WORLD, (), (), index=0, seed=0))
