"""``make bench-search``: what search strategies cost in provider calls, and how soon a first candidate is judged."""

import asyncio
import statistics
import sys
from typing import Any

import click

from bench.first_candidate import first_candidate
from bench.planted import Planted, PlantedJudge
from bench.report import Line, conclude
from synth_server.domain import Budget, Status
from synth_server.search.loop import Search
from synth_server.search.strategies import STRATEGIES
from synth_server.search.types import Problem, SearchEvent, SearchOptions

SETTINGS = {"dead ends": (0.0, 0.1, 0.3, 0.6), "no dead ends": (0.1, 0.3, 0.6), "all alike": (0.3,)}
MOST_CALLS = 400
CLOSE, FEWER, WASTE = 1.05, 0.85, 1.15
OURS = "rex"


async def calls(rates: tuple[float, ...], strategy: str, seed: int, parallel: int = 1) -> int:
    """How many calls a search takes; the most that is allowed when it does not end."""
    budget = Budget(seconds=3600, candidates=MOST_CALLS, provider_calls=MOST_CALLS)
    problem = Problem(PlantedJudge.world, (), (), seed=seed, options=SearchOptions(strategy, parallel))
    provider = Planted(rates, seed, shuffled=parallel > 1)
    result = await Search(problem, provider, PlantedJudge(), budget, _ignore).run()
    return result.usage.calls if result.status is Status.VERIFIED else MOST_CALLS


async def _ignore(event: SearchEvent) -> None:
    return


async def compare(seeds: int) -> tuple[list[Line], dict[str, Any]]:
    """All strategies in all settings."""
    lines, details = [], {}
    for setting, rates in SETTINGS.items():
        taken = {name: [await calls(rates, name, seed) for seed in range(seeds)] for name in STRATEGIES}
        middle = {name: statistics.median(values) for name, values in taken.items()}
        means = {name: statistics.fmean(values) for name, values in taken.items()}
        details[setting] = {name: {"median": middle[name], "mean": means[name]} for name in STRATEGIES}
        others = {name: value for name, value in middle.items() if name != OURS}
        told = ", ".join(f"{name} {value:g}" for name, value in others.items())
        best = min(middle.values())
        lines.append(
            Line(
                f"{setting}: calls, median",
                f"{middle[OURS]:g} ({told})",
                "at most 1.05 x best",
                middle[OURS] <= CLOSE * best,
            )
        )
        if 0.0 in rates:
            next_best = min(others.values())
            share = middle[OURS] / next_best
            lines.append(Line(f"{setting}: against the best other one", f"{share:.2f}", "at most 0.85", share <= FEWER))
        four = [await calls(rates, OURS, seed, parallel=4) for seed in range(seeds)]
        ratio = statistics.fmean(four) / means[OURS]
        details[setting][f"{OURS}, 4 at once"] = {"median": statistics.median(four), "mean": statistics.fmean(four)}
        lines.append(Line(f"{setting}: 4 at once against 1, mean", f"{ratio:.2f}", "below 1.15", ratio < WASTE))
    return lines, details


@click.command()
@click.option("--seeds", default=200, show_default=True, help="Searches of each kind; 0: none.")
@click.option("--repeats", default=50, show_default=True, help="Times that a first candidate is waited for; 0: none.")
def main(seeds: int, repeats: int) -> None:
    """Compares the search strategies, and times the way from request to first evaluation."""
    code = 0
    if seeds:
        lines, details = asyncio.run(compare(seeds))
        code |= conclude("search", lines, {"seeds": seeds, "settings": details})
    if repeats:
        code |= conclude("first_candidate", *first_candidate(repeats))
    sys.exit(code)


if __name__ == "__main__":
    main()
