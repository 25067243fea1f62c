"""``make bench-agent``: how few steps an agent needs, alone and along a curriculum, and how well it does afterwards.

Agents with the built-in provider play at a real server with real sandboxes. Steps are environment steps; an episode is
solved when its last step pays and ends it.
"""

import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import gymnasium
import minigrid

from agent_client.adapters import registry
from agent_client.agent import PlaySettings
from agent_client.curriculum import Stage
from agent_client.explore import ExploreSettings
from agent_client.learning import LearnSettings
from agent_client.playing import PlayRequest
from agent_client.session import Connection, ServerChoice, connect
from bench.agent import chart, tasks
from bench.agent.diameter import diameter
from bench.agent.runs import Run, along, from_scratch
from bench.agent.tasks import Target
from bench.report import RESULTS, Report
from sandbox.runtime.actions import ground

RANDOM_CAP = 20_000
MODELS = Path(__file__).parent / "models"


@dataclass
class Bench:
    """Where to play, for how many seeds, and what was measured."""

    connection: Connection
    seeds: int
    report: Report
    only: tuple[str, ...] = ()  # environments, for a look at some

    def wanted(self, envs: Sequence[str]) -> list[str]:
        """Those of these environments that are to be measured."""
        return [env for env in envs if not self.only or env in self.only]

    def keep(self, name: str, runs: Sequence[Run]) -> None:
        """Keeps the figures of runs."""
        self.report.keep(name, [run.to_json() for run in runs])


def scratch(bench: Bench) -> None:
    """From nothing to the first solved level, then twenty fresh ones; beside it an agent that acts at random."""
    firsts: dict[str, list[int | None]] = {}
    for target in tasks.SCRATCH:
        if target.env not in bench.wanted([target.env]):
            continue
        runs = []
        for seed in range(bench.seeds):
            runs.append(from_scratch(bench.connection, target.env, seed, episodes=1 + tasks.FRESH, steps=5000))
            print(runs[-1].to_json(), flush=True)
        bench.keep(f"scratch {target.env}", runs)
        _first_line(bench, f"{target.env}, from scratch", runs, target)
        _fresh_line(bench, target.env, runs)
        randoms = [stumble(target.env, seed) for seed in range(bench.seeds)]
        bench.report.keep(f"random {target.env}", randoms)
        told = f"{statistics.median(randoms):.0f} steps (of at most {RANDOM_CAP})"
        bench.report.add(f"{target.env}: the first solved level at random, median", told, "reported", True)
        firsts[target.env.removeprefix("minigrid:MiniGrid-").removesuffix("-v0")] = [run.first for run in runs]
    if len(firsts) == len(tasks.SCRATCH):
        (RESULTS / "agent.svg").write_text(chart.svg(firsts))


def _first_line(bench: Bench, what: str, runs: Sequence[Run], target: Target) -> None:
    median, told = _median([run.first for run in runs])
    goal = f"{target.goal}, at most {target.floor}"
    bench.report.add(
        f"{what}: steps to the first solved level, median of {len(runs)}", told, goal, median <= target.floor
    )


def _fresh_line(bench: Bench, env: str, runs: Sequence[Run]) -> None:
    solved = [run.fresh_solved for run in runs]
    surprises = [run.fresh_surprises for run in runs]
    good = all(run.fresh_solved == run.fresh == tasks.FRESH for run in runs)
    bench.report.add(
        f"{env}: fresh levels solved of {tasks.FRESH}, least of the runs; surprises in them, median (most)",
        f"{min(solved)}; {statistics.median(surprises):.0f} ({max(surprises)})",
        f"{tasks.FRESH}; at most {tasks.MOST_SURPRISES}",
        good and statistics.median(surprises) <= tasks.MOST_SURPRISES,
    )


def _median(firsts: Sequence[int | None]) -> tuple[float, str]:
    """The median, with those that solved nothing as the most; in words."""
    known = sorted(first if first is not None else 10**9 for first in firsts)
    middle = statistics.median(known)
    unsolved = sum(first is None for first in firsts)
    if unsolved == len(firsts):
        return middle, "none solved"
    solved = [first for first in firsts if first is not None]
    more = f", {unsolved} not solved" if unsolved else ""
    return (
        middle,
        f"{middle:.0f} ({min(solved)} to {max(solved)}{more})" if middle < 10**9 else f"most not solved{more}",
    )


def stumble(env: str, seed: int) -> int:
    """The steps that an agent acting at random needs to its first solved level; at most ``RANDOM_CAP``."""
    game, rng = registry.make(env), random.Random(seed)
    steps, episode = 0, 0
    try:
        while steps < RANDOM_CAP:
            state, _ = game.reset(seed * 1000 + episode)
            episode += 1
            over = False
            while not over and steps < RANDOM_CAP:
                result = game.step(rng.choice(list(ground(game.world.actions, state))))
                state, steps = result.state, steps + 1
                if game.world.success.holds(result.reward, result.done):
                    return steps
                over = result.done or result.truncated
    finally:
        game.close()
    return RANDOM_CAP


def curriculum(bench: Bench) -> None:
    """The same worlds one after the other."""
    runs: dict[str, list[Run]] = {}
    for seed in range(bench.seeds):
        for run in along(bench.connection, tasks.course(tasks.CURRICULUM, 5000), seed):
            print(run.to_json(), flush=True)
            runs.setdefault(run.env, []).append(run)
            bench.keep(f"curriculum {run.env}", runs[run.env])
    for env, those in runs.items():
        what = f"{env}, along the curriculum: steps to the first solved level, median of {len(those)}"
        bench.report.add(what, _median([run.first for run in those])[1], "reported", True)


def transfer(bench: Bench) -> None:
    """What was learned before saves at least half of the steps, from the third world on; of runs that were kept."""
    for env in tasks.AT_MOST_HALF:
        alone, after = (
            _median([run["first"] for run in bench.report.details[f"{part} {env}"]])[0]
            for part in ("scratch", "curriculum")
        )
        bench.report.add(
            f"{env}: steps with transfer, and without, medians",
            f"{after:.1f}, {alone:.1f}",
            "at most half",
            after <= alone / 2,
        )


def harder(bench: Bench) -> None:
    """Larger worlds, after a curriculum of small ones."""
    envs = [tasks.minigrid(name) for name in tasks.HARDER]
    runs: dict[str, list[Run]] = {env: [] for env in bench.wanted(envs)}
    for seed in range(min(5, bench.seeds)):
        stages = tasks.course((*tasks.BEFORE_HARDER, *bench.wanted(envs)), tasks.MOST_STEPS)
        for run in along(bench.connection, stages, seed):
            print(run.to_json(), flush=True)
            if run.env in runs:
                runs[run.env].append(run)
                bench.keep(f"harder {run.env}", runs[run.env])
    for env, those in runs.items():
        solved = sum(run.first is not None for run in those)
        bench.report.add(
            f"{env}, after a curriculum: seeds solved within {tasks.MOST_STEPS} steps; steps, median",
            f"{solved} of {len(those)}; {_median([run.first for run in those])[1]}",
            f"{len(those)} of {len(those)}",
            solved == len(those),
        )


def babyai(bench: Bench) -> None:
    """Ten missions to learn from, then fifty, counted apart where the words of the mission are new."""
    for name in tasks.BABYAI:
        env = tasks.minigrid(f"BabyAI-{name}")
        if env not in bench.wanted([env]):
            continue
        runs = []
        for seed in range(min(3, bench.seeds)):
            runs.append(from_scratch(bench.connection, env, seed, episodes=tasks.MISSIONS + tasks.TESTED, steps=6000))
            print(runs[-1].to_json(), flush=True)
        bench.keep(f"babyai {env}", runs)
        every = slice(tasks.MISSIONS, tasks.MISSIONS + tasks.TESTED)
        shares = [sum(run.solved[every]) / tasks.TESTED for run in runs]
        unseen = [solved for run in runs for solved in _of_new_words(run, every)]
        bench.report.add(
            f"{env}: missions solved of {tasks.TESTED} after {tasks.MISSIONS}, mean; of those in new words",
            f"{statistics.mean(shares):.0%} ({min(shares):.0%} to {max(shares):.0%}); {sum(unseen)} of {len(unseen)}",
            f"{tasks.BABYAI_SHARE:.0%}",
            statistics.mean(shares) >= tasks.BABYAI_SHARE,
        )


def _of_new_words(run: Run, tested: slice) -> list[bool]:
    known = set(run.goals[: tasks.MISSIONS])
    return [solved for solved, goal in zip(run.solved[tested], run.goals[tested], strict=False) if goal not in known]


def ids(bench: Bench) -> None:
    """All of MiniGrid that is deterministic, one seed each, after the curriculum."""
    left_out = ("Dynamic-Obstacles", "WFC")  # chance; packages that are not among ours
    gymnasium.register_envs(minigrid)
    names = sorted(name for name in gymnasium.registry if name.startswith("MiniGrid-"))
    envs = [f"minigrid:{name}" for name in names if not any(part in name for part in left_out)]
    stages = [Stage(env, 1, tasks.MOST_STEPS) for env in (*tasks.CURRICULUM, *bench.wanted(envs))]
    runs = []
    for run in along(bench.connection, stages, 0):
        print(run.to_json(), flush=True)
        runs.append(run)
        bench.keep("ids", runs[len(tasks.CURRICULUM) :])
    runs = runs[len(tasks.CURRICULUM) :]
    solved = sum(run.first is not None for run in runs)
    what = f"MiniGrid ids solved within {tasks.MOST_STEPS} steps, one seed, after the curriculum"
    bench.report.add(what, f"{solved} of {len(runs)}", "reported", True)


def ablations(bench: Bench) -> None:
    """The same agent with one thing switched off."""
    off: dict[str, PlayRequest] = {
        "all on": PlayRequest(),
        "optimism off": PlayRequest(learn=LearnSettings(optimism=False)),
        "experiments off": PlayRequest(play=PlaySettings(explore=ExploreSettings(experiments=False))),
    }
    for env in bench.wanted([tasks.DOORKEY, tasks.UNLOCK, tasks.SOKOBAN]):
        for name, settings in off.items():
            runs = [
                from_scratch(bench.connection, env, seed, episodes=1, steps=tasks.MOST_STEPS, settings=settings)
                for seed in range(min(5, bench.seeds))
            ]
            bench.keep(f"ablation {name} {env}", runs)
            told = _median([run.first for run in runs])[1]
            bench.report.add(
                f"{env}, {name}: steps to the first solved level, median of {len(runs)}", told, "reported", True
            )


def bound(bench: Bench) -> None:
    """The exact diameter D of small worlds, and whether the steps to the first solved level are within D (n + 1).

    n is the number of surprises up to then: the form that the paper's bound takes here.
    """
    for env, program in ((tasks.EMPTY, "minigrid.py"), (tasks.DOORKEY, "minigrid.py"), ("sokoban:7x7-1", "sokoban.py")):
        runs = bench.report.details.get(f"scratch {env}", [])
        source = (MODELS / program).read_text()
        sizes = [diameter(env, seed * 1000, source, 30_000) for seed in range(min(3, bench.seeds))]
        longest = max(size for size, _ in sizes)
        within = sum(run["first"] is not None and run["first"] <= longest * (run["surprises"] + 1) for run in runs)
        n = statistics.median(run["surprises"] for run in runs) if runs else 0
        told = f"D {longest} ({', '.join(f'{states} states' for _, states in sizes)})"
        if runs:
            told += f"; n {n:.0f} in the median; within in {within} of {len(runs)} runs"
        bench.report.add(f"{env}: diameter D of levels; surprises n; steps at most D (n + 1)", told, "reported", True)


PARTS: dict[str, Callable[[Bench], None]] = {
    part.__name__: part for part in (scratch, curriculum, transfer, harder, babyai, ids, ablations, bound)
}


@click.command()
@click.option("--seeds", default=10, show_default=True, help="Seeds for each world.")
@click.option("--part", "parts", multiple=True, type=click.Choice(list(PARTS)), help="Only these; the others' stay.")
@click.option("--env", "envs", multiple=True, help="Only these environments; results are not kept.")
def main(seeds: int, parts: tuple[str, ...], envs: tuple[str, ...]) -> None:
    """Measure how few steps an agent needs."""
    report = Report("agent", list(PARTS), keep=not envs)
    with tempfile.TemporaryDirectory() as folder, connect(ServerChoice(data_dir=Path(folder)), print) as connection:
        bench = Bench(connection, seeds, report, envs)
        for name, part in PARTS.items():
            if not parts or name in parts:
                with report.part(name):
                    part(bench)
    sys.exit(report.end())


if __name__ == "__main__":
    main()
