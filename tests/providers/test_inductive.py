import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_server.providers.inductive import InductiveProvider
from synth_server.providers.protocol import ProviderError, ProviderExhaustedError, Request
from tests.verify.worlds import STARTS, WORLD, good_data

REQUEST = Request(WORLD, good_data(), STARTS, index=0, seed=0)


def worker(folder: Path, body: str, seconds: float = 30.0) -> InductiveProvider:
    """A provider whose worker runs ``body`` in place of the learner."""
    lines = "\n    ".join(body.splitlines())
    (folder / "worker.py").write_text(
        "import json, os, sys, time\n"
        "from synth_server.inductive.wire import decode_request\n"
        "request = decode_request(sys.stdin.buffer.read())\n"
        "def answer(reply):\n    sys.stdout.write(json.dumps(reply))\n"
        f"if True:\n    {lines}\n"
    )
    return InductiveProvider(command=[sys.executable, str(folder / "worker.py")], seconds=seconds)


async def test_the_worker_sees_the_request_and_its_answer_comes_back(tmp_path: Path) -> None:
    provider = worker(tmp_path, "answer({'source': f'# {len(request.transitions)} rows', 'note': request.world.name})")
    proposal = await provider.propose(REQUEST)
    assert (proposal.source, proposal.note) == (f"# {len(good_data())} rows", "corridor")
    assert (proposal.usage.calls, proposal.usage.tokens, proposal.usage.cost_usd) == (1, 0, 0.0)


async def test_a_worker_with_nothing_further_exhausts_the_provider(tmp_path: Path) -> None:
    with pytest.raises(ProviderExhaustedError, match="all said"):
        await worker(tmp_path, "answer({'exhausted': 'all said'})").propose(REQUEST)


async def test_a_worker_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match=r"code 1: .*ValueError: no such rule"):
        await worker(tmp_path, "raise ValueError('no such rule')").propose(REQUEST)


async def test_nonsense_from_a_worker_is_an_error(tmp_path: Path) -> None:
    for body in ("sys.stdout.write('hello')", "answer([1])", "answer({})", "pass"):
        with pytest.raises(ProviderError, match="not readable"):
            await worker(tmp_path, body).propose(REQUEST)


async def test_a_worker_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="within 1 s"):
        await worker(tmp_path, "time.sleep(60)", seconds=1.0).propose(REQUEST)


async def test_cancelling_kills_the_worker_and_what_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    body = (
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}} ')\n"
        "time.sleep(60)"
    )
    asking = asyncio.create_task(worker(tmp_path, body).propose(REQUEST))
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


async def test_the_real_learner_answers_with_a_program() -> None:
    proposal = await InductiveProvider().propose(REQUEST)
    compile(proposal.source, "model.py", "exec")
    assert "def transition" in proposal.source


async def test_the_real_learner_answers_alike_each_time() -> None:
    first, second = [await InductiveProvider().propose(REQUEST) for _ in range(2)]
    assert first.source == second.source


async def test_the_real_learner_has_nothing_to_say_without_data() -> None:
    with pytest.raises(ProviderExhaustedError, match="no transitions"):
        await InductiveProvider().propose(Request(WORLD, (), (), index=0, seed=0))
