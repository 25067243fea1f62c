"""``make bench-agent``: how few steps an agent needs, alone and along a curriculum, and how well it does afterwards.

Agents with the built-in provider play at a real server with real sandboxes. Steps are environment steps; an episode is
solved when its last step pays and ends it. Runs are kept by seed: what one command measures is added to what others
did, and the table is told from all of them.
"""

import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import click
import gymnasium
import minigrid

from agent_client.adapters import registry
from agent_client.agent import PlaySettings
from agent_client.explore import ExploreSettings
from agent_client.learning import LearnSettings
from agent_client.playing import PlayRequest
from agent_client.session import Connection, ServerChoice, connect
from bench.agent import chart, tasks
from bench.agent.diameter import diameter
from bench.agent.kept import merged, state_of_code
from bench.agent.lines import TOLD
from bench.agent.runs import Run, along, from_scratch, of_new_words
from bench.report import RESULTS, Report
from sandbox.runtime.actions import ground

MODELS = Path(__file__).parent / "models"
OFF: Mapping[str, PlayRequest] = {
    "optimism off": PlayRequest(learn=LearnSettings(optimism=False)),
    "experiments off": PlayRequest(play=PlaySettings(explore=ExploreSettings(experiments=False))),
}


@dataclass
class Bench:
    """Where to play, with which seeds, and what was measured."""

    connection: Connection
    seeds: Sequence[int]
    report: Report
    only: tuple[str, ...] = ()  # environments, where not all are measured

    def wanted(self, envs: Sequence[str]) -> list[str]:
        """Those of these environments that are to be measured."""
        return [env for env in envs if not self.only or env in self.only]

    def first(self, most: int) -> Sequence[int]:
        """The seeds, of the first so many."""
        return [seed for seed in self.seeds if seed < most]

    def keep(self, name: str, run: Run, **more: Any) -> None:
        """Keeps the figures of a run, in place of one of the same environment and seed."""
        self.put(name, {**run.to_json(), **more, "code": state_of_code()})

    def has(self, name: str, env: str, seed: int) -> bool:
        """Whether figures of an environment and seed were kept."""
        return any((one["env"], one["seed"]) == (env, seed) for one in self.report.details.get(name, []))

    def put(self, name: str, figures: Mapping[str, Any]) -> None:
        """The same with figures of another kind."""
        print(dict(figures), flush=True)
        self.report.keep(name, merged(self.report.details.get(name, []), figures))


def scratch(bench: Bench) -> None:
    """From nothing to the first solved level, then twenty fresh ones; beside it an agent that acts at random."""
    for env in bench.wanted([target.env for target in tasks.SCRATCH]):
        for seed in bench.seeds:
            run = from_scratch(bench.connection, env, seed, episodes=1 + tasks.FRESH, steps=tasks.LONGEST)
            bench.keep(f"scratch {env}", run)
            if not bench.has(f"random {env}", env, seed):  # which learns nothing, so that it stays as it was
                bench.put(f"random {env}", {"env": env, "seed": seed, "steps": stumble(env, seed)})
    firsts = {target.env: bench.report.details.get(f"scratch {target.env}", []) for target in tasks.SCRATCH}
    if all(firsts.values()):
        curves = {tasks.short(env): [run["first"] for run in runs] for env, runs in firsts.items()}
        (RESULTS / "agent.svg").write_text(chart.svg(curves))


def stumble(env: str, seed: int) -> int:
    """The steps that an agent acting at random needs to its first solved level; at most ``tasks.RANDOM_CAP``."""
    game, rng = registry.make(env), random.Random(seed)
    steps, episode = 0, 0
    try:
        while steps < tasks.RANDOM_CAP:
            state, _ = game.reset(seed * 1000 + episode)
            episode += 1
            over = False
            while not over and steps < tasks.RANDOM_CAP:
                result = game.step(rng.choice(list(ground(game.world.actions, state))))
                state, steps = result.state, steps + 1
                if game.world.success.holds(result.reward, result.done):
                    return steps
                over = result.done or result.truncated
    finally:
        game.close()
    return tasks.RANDOM_CAP


def curriculum(bench: Bench) -> None:
    """The same worlds one after the other."""
    for seed in bench.seeds:
        list(after_curriculum(bench, (), seed))


def after_curriculum(bench: Bench, envs: Sequence[str], seed: int) -> Iterator[Run]:
    """The runs of worlds after the curriculum, whose own runs are kept too."""
    stages = [
        *tasks.course(tasks.CURRICULUM, tasks.LONGEST),
        *tasks.course(tuple(envs), tasks.MOST_STEPS),
    ]
    for number, run in enumerate(along(bench.connection, stages, seed)):
        if number >= len(tasks.CURRICULUM):
            yield run
        else:
            bench.keep(f"curriculum {run.env}", run)


def transfer(bench: Bench) -> None:
    """Nothing to measure: told from the runs of the curriculum and of those from scratch."""


def harder(bench: Bench) -> None:
    """Larger worlds, after a curriculum of small ones."""
    envs = bench.wanted([tasks.minigrid(name) for name in tasks.HARDER])
    for seed in bench.first(5):
        for run in after_curriculum(bench, (tasks.LAVA, *envs), seed):
            if run.env in envs:
                bench.keep(f"harder {run.env}", run)


def babyai(bench: Bench) -> None:
    """Ten missions to learn from, then fifty, counted apart where the words of the mission are new."""
    for env in bench.wanted([tasks.minigrid(f"BabyAI-{name}") for name in tasks.BABYAI]):
        for seed in bench.seeds:
            run = from_scratch(bench.connection, env, seed, episodes=tasks.MISSIONS + tasks.TESTED, steps=6000)
            tested = run.solved[tasks.MISSIONS : tasks.MISSIONS + tasks.TESTED]
            unheard = of_new_words(run, tasks.MISSIONS, tasks.TESTED)
            counts = {"tested": tasks.TESTED, "tested_solved": sum(tested)}
            bench.keep(f"babyai {env}", run, **counts, unheard=len(unheard), unheard_solved=sum(unheard))


def ids(bench: Bench) -> None:
    """All of MiniGrid that is deterministic and can be solved, after the curriculum; with the first seed alone."""
    left_out = ("Dynamic-Obstacles", "WFC", "Playground")  # chance; packages that are not among ours; never pays
    gymnasium.register_envs(minigrid)
    names = sorted(name for name in gymnasium.registry if name.startswith("MiniGrid-"))
    envs = bench.wanted([f"minigrid:{name}" for name in names if not any(part in name for part in left_out)])
    for run in after_curriculum(bench, envs, 0) if 0 in bench.seeds else ():
        bench.keep("ids", run)


def ablations(bench: Bench) -> None:
    """Short curricula with one thing switched off. Those of MiniGrid with all on, and without transfer, are the
    curriculum's own and those from scratch.
    """
    for seed in bench.seeds:
        for course in (tasks.ABLATED_COURSE, tasks.SOKOBAN_COURSE):
            envs = bench.wanted([env for env in course if env in tasks.ABLATED])
            known = {} if course is tasks.ABLATED_COURSE else {"all on": PlayRequest()}
            for name, settings in {**known, **OFF}.items() if envs else ():
                for run in along(bench.connection, tasks.course(course, tasks.MOST_STEPS), seed, settings):
                    if run.env in envs:
                        bench.keep(f"ablation {name} {run.env}", run)


def bound(bench: Bench) -> None:
    """The exact diameter of small worlds."""
    programs = {tasks.EMPTY: "minigrid.py", tasks.DOORKEY: "minigrid.py", "sokoban:7x7-1": "sokoban.py"}
    sizes = {
        env: [diameter(env, seed * 1000, (MODELS / program).read_text(), 30_000) for seed in bench.first(3)]
        for env, program in programs.items()
    }
    bench.report.keep("diameters", sizes)


PARTS: dict[str, Callable[[Bench], None]] = {
    part.__name__: part for part in (scratch, curriculum, transfer, harder, babyai, ids, ablations, bound)
}


@click.command()
@click.option("--seeds", default=10, show_default=True, help="How many seeds, from 0 on.")
@click.option("--seed", "single", multiple=True, type=int, help="These seeds alone; the others' runs stay.")
@click.option("--part", "parts", multiple=True, type=click.Choice(list(PARTS)), help="Only these; the others' stay.")
@click.option("--env", "envs", multiple=True, help="Only these environments; the others' runs stay.")
def main(seeds: int, single: tuple[int, ...], parts: tuple[str, ...], envs: tuple[str, ...]) -> None:
    """Measure how few steps an agent needs."""
    report = Report("agent", list(PARTS))
    with tempfile.TemporaryDirectory() as folder, connect(ServerChoice(data_dir=Path(folder)), print) as connection:
        bench = Bench(connection, single or range(seeds), report, envs)
        for name, part in PARTS.items():
            if not parts or name in parts:
                with report.part(name):
                    part(bench)
                    for line in TOLD[name](report.details):
                        report.add(*astuple(line))
    sys.exit(report.end())


if __name__ == "__main__":
    main()
