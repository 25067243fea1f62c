"""How fast ALFWorld runs by its engine: loading, starting again, and random steps, on made games of each task.

The goal is 500 steps a second after the first load.
"""

import random
import statistics
import sys
import time

from agent_client.adapters.alfworld_maker import TASKS
from agent_client.adapters.registry import make
from bench.report import Line, conclude

GOAL = 500  # steps a second
SEEDS = range(3)
EPISODES = 6


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


def main() -> int:
    """Measures, prints a table and writes the figures; 1 where a game falls short of the goal."""
    games = [measure(task, seed) for task in TASKS for seed in SEEDS]
    speeds = [int(str(game["steps_per_second"])) for game in games]
    lines = [
        Line("steps a second after loading, the slowest game", f"{min(speeds):,}", f"{GOAL}", min(speeds) >= GOAL),
        Line("the same, median", f"{statistics.median(speeds):,.0f}", "reported", True),
    ]
    return conclude("alfworld", lines, {"games": games})


if __name__ == "__main__":
    sys.exit(main())
