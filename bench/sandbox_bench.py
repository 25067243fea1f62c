"""``make bench-sandbox``: what it costs to run programs in the Docker sandbox.

Baselines are measured in the same run, turn by turn with what is compared with them, so that a busy machine slows both
alike. Times are wall-clock medians; the whole check of 1,000 transitions is what a search pays for a candidate once
its sessions are warm: all parts, next states and rewards, and the comparison with what was observed.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click

from bench.report import Line, conclude
from bench.sandbox_baselines import TRIVIAL, PlainLoop, docker_run, fresh_python, play, timed
from sandbox.contract import Inputs, OutcomeKind, PredictStates, Sandbox, Session
from sandbox.docker_backend import DockerSandbox
from sandbox.engine import connect
from sandbox.image import ensure_image
from sandbox.limits import Limits
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from synth_server.executor.fair import FairQueue
from synth_server.verify.fit import compare
from synth_server.verify.predict import Predictor
from synth_server.verify.rows import distinct
from synth_server.verify.sessions import Workers, run

ENV, ROWS, SEED = "sokoban:7x7-2", 1000, 0
MODEL = Path(__file__).parent / "models" / "sokoban.py"
BURN = "def transition(state, action):\n    n = 0\n    for i in range({count}):\n        n += i\n    return state\n\n\n"
BURN_SECONDS = 0.02
EACH = 10  # candidates of one caller in one round of the throughput's measurement


def trivial(sandbox: Sandbox, image: str, repeats: int) -> tuple[list[Line], dict[str, Any]]:
    """A trivial candidate: warm, by `docker run`, and in a Python process of its own."""
    session = sandbox.open(one_row())
    ways = {"docker run": docker_run(image), "python3": fresh_python(), "warm": lambda: ended(session, TRIVIAL)}
    times: dict[str, list[float]] = {way: [] for way in ways}
    try:
        for work in ways.values():
            work()
        for _ in range(repeats):
            for way, work in ways.items():
                times[way] += [timed(work) for _ in range(10 if way == "warm" else 1)]  # a 99th percentile takes many
    finally:
        session.close()
    medians = {way: statistics.median(taken) for way, taken in times.items()}
    late = statistics.quantiles(times["warm"], n=100)[98]
    faster = medians["docker run"] / medians["warm"]
    return [
        Line("trivial candidate, warm Docker sandbox, median", ms(medians["warm"]), "reported", True),
        Line("trivial candidate, `docker run`, median", ms(medians["docker run"]), "reported", True),
        Line("trivial candidate, fresh `python3` (no protection), median", ms(medians["python3"]), "reported", True),
        Line("warm sandbox against `docker run`", f"{faster:.0f} times faster", "50 times", faster >= 50),
        Line(
            "warm sandbox, 99th percentile against its median",
            f"{ms(late)}, {late / medians['warm']:.1f} times",
            "under 10 times",
            late < 10 * medians["warm"],
        ),
    ], {"repeats": repeats, "seconds": {way: spread(taken) for way, taken in times.items()}}


def transitions(sandbox: Sandbox, repeats: int) -> tuple[list[Line], dict[str, Any]]:
    """1,000 Sokoban transitions, checked in the sandbox and in a plain loop."""
    return asyncio.run(_transitions(sandbox, repeats))


async def _transitions(sandbox: Sandbox, repeats: int) -> tuple[list[Line], dict[str, Any]]:
    played = play(ENV, ROWS, SEED)
    rows, plain, source = distinct(played), PlainLoop(played), MODEL.read_text()
    times: dict[str, list[float]] = {"sandbox": [], "serialised": [], "bare": []}
    with ThreadPoolExecutor() as threads:
        predictor = Predictor(sandbox, rows, Workers(threads, FairQueue(8), "bench"))
        try:
            opening = time.perf_counter()
            await predictor.open()
            opening = time.perf_counter() - opening
            for _ in range(repeats + 1):
                began = time.perf_counter()
                predictions = await predictor.predict(source, 10.0)
                fits = compare(rows, predictions, 0.0)
                times["sandbox"].append(time.perf_counter() - began)
                assert sum(fit.all for fit in fits) == ROWS, predictions.load_error or "the model is wrong"
                times["serialised"].append(timed(lambda: same(plain.serialised(), ROWS)))
                times["bare"].append(timed(lambda: same(plain.bare(), ROWS)))
        finally:
            await predictor.close()
    medians = {way: statistics.median(taken[1:]) for way, taken in times.items()}
    ratio, each = medians["sandbox"] / medians["serialised"], medians["sandbox"] / ROWS
    return [
        Line(f"{ROWS} Sokoban transitions, sessions opened and loaded, once", ms(opening), "reported", True),
        Line(f"{ROWS} Sokoban transitions, plain loop, not serialised", ms(medians["bare"]), "reported", True),
        Line(f"{ROWS} Sokoban transitions, plain loop, JSON both ways", ms(medians["serialised"]), "reported", True),
        Line(
            f"{ROWS} Sokoban transitions, sandbox, against the latter",
            f"{ms(medians['sandbox'])}, {ratio:.2f} times",
            "at most 3 times",
            ratio <= 3,
        ),
        Line("one of these transitions, in the sandbox", f"{1000 * each:.3f} ms", "under 0.15 ms", each < 0.00015),
    ], {"repeats": repeats, "opening_seconds": opening, "seconds": {way: spread(t[1:]) for way, t in times.items()}}


def throughput(sandbox: Sandbox, rounds: int) -> tuple[list[Line], dict[str, Any]]:
    """Candidates a second that burn 20 ms of CPU each, of one caller and of two."""
    return asyncio.run(_throughput(sandbox, rounds))


async def _throughput(sandbox: Sandbox, rounds: int) -> tuple[list[Line], dict[str, Any]]:
    sessions = [sandbox.open(one_row()) for _ in range(2)]
    source = calibrated(sessions[0])
    rates: dict[int, list[float]] = {1: [], 2: []}
    with ThreadPoolExecutor() as threads:
        turns = FairQueue(4, share=2)

        async def caller(number: int) -> None:
            for _ in range(EACH):
                workers = Workers(threads, turns, number)
                outcome = await run(sessions[number], PredictStates(), source, Limits(), workers)
                assert outcome.kind is OutcomeKind.OK, outcome

        for _ in range(rounds):
            for count, found in rates.items():
                began = time.perf_counter()
                await asyncio.gather(*(caller(number) for number in range(count)))
                found.append(count * EACH / (time.perf_counter() - began))
    for session in sessions:
        session.close()
    one, two = (statistics.median(rates[count]) for count in (1, 2))
    gain = two / one
    return [
        Line("candidates a second of 20 ms CPU each, one caller", f"{one:.1f}", "reported", True),
        Line(
            "candidates a second, two callers, against one",
            f"{two:.1f}, {gain:.2f} times",
            "at least 1.5 times",
            gain >= 1.5,
        ),
    ], {"rounds": rounds, "candidates_a_round": EACH, "rates": {str(count): rate for count, rate in rates.items()}}


def calibrated(session: Session) -> str:
    """A program that burns 20 ms of this machine's CPU beyond what a trivial one takes, in the best of many runs."""
    count = 200_000
    rest = "def reward(s, a, n, g):\n    return 0.0, False\n"
    idle = min(timed(lambda: ended(session, TRIVIAL)) for _ in range(20))
    source = BURN.replace("{count}", str(count)) + rest
    busy = min(timed(lambda: ended(session, source)) for _ in range(20))
    return BURN.replace("{count}", str(round(count * BURN_SECONDS / max(busy - idle, 1e-4)))) + rest


def one_row() -> Inputs:
    """The smallest inputs."""
    return Inputs(states=[State()], transitions=[(0, Action("wait"))])


def ended(session: Session, source: str) -> None:
    """Runs a candidate, which must end well."""
    same(session.run(PredictStates(), source).kind, OutcomeKind.OK)


def same(got: object, wanted: object) -> None:
    """Makes sure that what was measured did what it should."""
    assert got == wanted, f"{got} where {wanted} was due"


def ms(seconds: float) -> str:
    """Seconds as text, in milliseconds."""
    return f"{1000 * seconds:.1f} ms"


def spread(times: list[float]) -> dict[str, float]:
    """What of many times is kept."""
    return {"median": statistics.median(times), "least": min(times), "most": max(times), "count": len(times)}


@click.command()
@click.option("--repeats", default=50, show_default=True, help="Runs of each figure.")
def main(repeats: int) -> None:
    """Measure what the sandbox costs."""
    parts: dict[str, Callable[[Sandbox], tuple[list[Line], dict[str, Any]]]] = {}
    client = connect()
    image = ensure_image(client)
    client.close()
    parts["trivial"] = lambda sandbox: trivial(sandbox, image, repeats)
    parts["transitions"] = lambda sandbox: transitions(sandbox, repeats)
    parts["throughput"] = lambda sandbox: throughput(sandbox, repeats)
    lines: list[Line] = []
    load = os.getloadavg()
    details: dict[str, Any] = {"processors": os.cpu_count(), "load_before": load, "python": sys.version.split()[0]}
    sandbox = DockerSandbox(instance="bench")
    try:
        for name, measure in parts.items():
            found, details[name] = measure(sandbox)
            lines += found
    finally:
        sandbox.close()
    details["load_after"] = os.getloadavg()
    code = conclude("sandbox", lines, details)
    print(f"processors: {os.cpu_count()}; load before: {load[0]:.1f} (an idle machine has 0)")
    sys.exit(code)


if __name__ == "__main__":
    main()
