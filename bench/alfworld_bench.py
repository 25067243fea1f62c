"""ALFWorld: how fast its engine runs, and how a household is learned and planned in (:mod:`bench.alfworld_learning`).

Games to learn from and to be tested on are read from ``$WORLDSMITH_DATA/alfworld``; without it only speed is measured.
``ARGS="--part learning --seed 1"`` measures one part, with one seed.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import click

from agent_client.adapters.alfworld_maker import TASKS
from agent_client.adapters.registry import make
from bench.alfworld_learning import run
from bench.report import Line, Report

GOAL = 500  # steps a second
SEEDS = range(3)
EPISODES = 6
PARTS = ("speed", "learning")


def measure(task: str, seed: int) -> dict[str, object]:
    """Figures of one game, times in seconds."""
    begun = time.perf_counter()
    env = make(f"alfworld:generate?task={task}&seed={seed}")
    loaded = time.perf_counter()
    state, _ = env.reset(0)
    restarted = time.perf_counter()
    rng, steps, spent = random.Random(seed), 0, 0.0
    for _ in range(EPISODES):
        env.reset(0)
        ended = False
        start = time.perf_counter()
        while not ended:
            result = env.step(rng.choice(env.available()))  # type: ignore[attr-defined]
            steps, ended = steps + 1, result.done or result.truncated
        spent += time.perf_counter() - start
    env.close()
    return {
        "task": task,
        "seed": seed,
        "objects": len(state),
        "load": round(loaded - begun, 3),
        "restart": round(restarted - loaded, 4),
        "steps": steps,
        "steps_per_second": round(steps / spent),
    }


def learned(runs: list[dict[str, Any]]) -> list[Line]:
    """The figures of learning and of the games after it, the worst of all seeds."""
    tests, lessons = [run["test"] for run in runs], [run["learning"] for run in runs]
    without = [run["without_optimism"] for run in runs]
    share = min(test["solved"] / test["games"] for test in tests)
    firsts = [statistics.median(n or 99 for n in one["episodes_until_first_solved"].values()) for one in lessons]
    exact, both = min(test["exact"] for test in tests), min(min(test["precision"], test["recall"]) for test in tests)
    median, longest = max(test["plan_median"] for test in tests), max(test["plan_longest"] for test in tests)
    lines = max(one["lines"] for one in lessons)
    seconds, memory = max(one["seconds"] for one in lessons), max(one["peak_gb"] for one in lessons)
    solved = ", ".join(f"{test['solved']} of {test['games']}" for test in tests)
    return [
        Line("valid_seen solved at the first attempt, by seed", solved, "80% (95% wished)", share >= 0.8),
        Line(
            "training games that pay one who hopes for nothing, by seed",
            ", ".join(f"{one['paid']} of {one['training_games']}" for one in without),
            "reported",
            True,
        ),
        Line("episodes until the first solved, median over types", str(max(firsts)), "3", max(firsts) <= 3),
        Line("transitions met there predicted exactly", f"{exact:.4f}", "0.99", exact >= 0.99),
        Line("applicable actions: precision and recall, the lesser", f"{both:.4f}", "0.99", both >= 0.99),
        Line("seconds to plan a game, median", str(median), "2", median < 2),
        Line("the same, the longest", str(longest), "60", longest <= 60),
        Line("lines of the program", str(lines), "400", lines <= 400),
        Line("seconds to learn from the training games", str(seconds), "300", seconds < 300),
        Line("GB of the largest process", str(memory), "4", memory < 4),
    ]


def speed(report: Report) -> None:
    """How fast games run."""
    games = [measure(task, seed) for task in TASKS for seed in SEEDS]
    report.keep("games", games)
    speeds = [int(str(game["steps_per_second"])) for game in games]
    what = "steps a second after loading, the slowest game"
    report.add(what, f"{min(speeds):,}", f"{GOAL}", min(speeds) >= GOAL)
    report.add("the same, median", f"{statistics.median(speeds):,.0f}", "reported", True)


def learning(report: Report, seeds: Sequence[int]) -> None:
    """How a household is learned, with these seeds; the figures are of all seeds that were kept."""
    data = os.environ.get("WORLDSMITH_DATA")
    if data is None:
        print("WORLDSMITH_DATA is not set: learning is left out")
        return
    for seed in seeds:
        report.keep(f"seed {seed}", run(Path(data) / "alfworld", seed))
    for line in learned([report.details[name] for name in sorted(report.details) if name.startswith("seed ")]):
        report.add(*astuple(line))


@click.command()
@click.option("--seed", "seeds", multiple=True, type=int, default=tuple(SEEDS), help="Learn with these; others' stay.")
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="Only these; the others' stay.")
def main(seeds: tuple[int, ...], parts: tuple[str, ...]) -> None:
    """Measure how fast games run, and how a household is learned."""
    report = Report("alfworld", PARTS)
    if "speed" in (parts or PARTS):
        with report.part("speed"):
            speed(report)
    if "learning" in (parts or PARTS):
        with report.part("learning"):
            learning(report, seeds)
    sys.exit(report.end())


if __name__ == "__main__":
    main()
