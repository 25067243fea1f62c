"""``make bench``: how few steps an agent needs that knows nothing, and how well it does afterwards.

For each world and seed an agent with the built-in provider begins with an empty world at a real server with real
sandboxes, plays until it has solved an episode, then ten fresh levels. Beside it, in the same run, an agent that acts
at random. Steps are environment steps; a level counts as solved when its last step pays and ends it.
"""

import random
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from agent_client.adapters import registry
from agent_client.agent import PlaySettings
from agent_client.learning import LearnSettings
from agent_client.playing import PlayRequest, play
from agent_client.session import Connection, ServerChoice, connect
from bench.report import Line, conclude
from sandbox.runtime.actions import ground

FRESH = 10
RANDOM_CAP = 20_000


@dataclass(frozen=True)
class Target:
    """What a world's runs must come to: steps to the first solved level, for so many seeds of ten; fresh levels."""

    env: str
    steps: int
    seeds: int
    fresh: int


TARGETS = (
    Target("minigrid:MiniGrid-DoorKey-5x5-v0", steps=150, seeds=10, fresh=10),
    Target("sokoban:7x7-2", steps=400, seeds=8, fresh=9),
)


def learn(connection: Connection, target: Target, seed: int) -> dict[str, Any]:
    """One agent, from nothing."""
    game = registry.make(target.env)
    request = PlayRequest(
        learn=LearnSettings(provider="inductive", seed=seed),
        play=PlaySettings(episodes=1 + FRESH, seed=seed * 1000, max_steps=5000),
    )
    try:
        result, _ = play(game, connection, request, [])
    finally:
        game.close()
    fresh = result.counted[1 : 1 + FRESH]
    return {
        "seed": seed,
        "steps_to_first_solved": result.first_solved,
        "fresh_solved": sum(episode.solved for episode in fresh),
        "steps": result.steps,
        "syntheses": result.syntheses,
        "surprises": result.surprises,
        "model_lines": result.model_lines,
        "seconds": round(result.seconds, 1),
    }


def stumble(target: Target, seed: int) -> int:
    """The steps that an agent acting at random needs to its first solved level; at most ``RANDOM_CAP``."""
    game, rng = registry.make(target.env), random.Random(seed)
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


def lines_of(target: Target, runs: list[dict[str, Any]], randoms: list[int], asked: int) -> list[Line]:
    """The figures of one world."""
    firsts = [run["steps_to_first_solved"] or 10**9 for run in runs]
    good = sum(
        first <= target.steps and run["fresh_solved"] >= target.fresh for first, run in zip(firsts, runs, strict=True)
    )
    needed = round(target.seeds * asked / 10)
    surprises = statistics.median(run["surprises"] for run in runs)
    return [
        Line(
            f"{target.env}: seeds solved within {target.steps} steps, then {target.fresh} of {FRESH} fresh levels",
            f"{good} of {asked}",
            f"{needed} of {asked}",
            good >= needed,
        ),
        Line(
            f"{target.env}: steps to the first solved level, median (range); at random",
            f"{statistics.median(firsts):.0f} ({min(firsts)} to {max(firsts)}); {statistics.median(randoms):.0f}",
            f"{target.steps}",
            statistics.median(firsts) <= target.steps,
        ),
        Line(f"{target.env}: surprises in all, median", f"{surprises:.0f}", "reported", True),
    ]


@click.command()
@click.option("--seeds", default=10, show_default=True, help="Seeds for each world.")
def main(seeds: int) -> None:
    """Measure how few steps an agent needs."""
    lines: list[Line] = []
    details: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, connect(ServerChoice(data_dir=Path(folder)), print) as connection:
        for target in TARGETS:
            runs = []
            for seed in range(seeds):
                runs.append(learn(connection, target, seed))
                print(target.env, runs[-1], flush=True)
            randoms = [stumble(target, seed) for seed in range(seeds)]
            lines += lines_of(target, runs, randoms, seeds)
            details[target.env] = {"runs": runs, "random_steps": randoms}
    sys.exit(conclude("agent", lines, details))


if __name__ == "__main__":
    main()
