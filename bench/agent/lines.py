"""The lines of the table, each told from all runs that were kept, in whichever command they were measured."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bench.agent import tasks
from bench.agent.kept import Figures, median_of, of_states
from bench.agent.tasks import RANDOM_CAP, Target
from bench.report import Line

Details = Mapping[str, Any]


def scratch(details: Details) -> Iterator[Line]:
    """From nothing: steps, fresh levels, and the same at random."""
    for target in tasks.SCRATCH:
        runs = details.get(f"scratch {target.env}", [])
        if runs:
            yield _first(f"{target.env}, from scratch", runs, target)
            yield _fresh(target.env, [run for run in runs if run["fresh"]])
        randoms = [run["steps"] for run in details.get(f"random {target.env}", [])]
        if randoms:
            told = f"{statistics.median(randoms):.0f} steps (of at most {RANDOM_CAP})"
            yield Line(f"{target.env}: the first solved level at random, median", told, "reported", True)


def _first(what: str, runs: Sequence[Figures], target: Target) -> Line:
    median, told = median_of(_firsts(runs))
    what = f"{what}: steps to the first solved level, median of {len(runs)}"
    return Line(what, told + of_states(runs), f"{target.goal}, at most {target.floor}", median <= target.floor)


def _fresh(env: str, runs: Sequence[Figures]) -> Line:
    what = f"{env}: fresh levels solved of {tasks.FRESH}, least of {len(runs)} runs; surprises in them, median (most)"
    solved, surprises = ([run[name] for run in runs] for name in ("fresh_solved", "fresh_surprises"))
    good = all(one == tasks.FRESH for one in solved) and statistics.median(surprises or [0]) <= tasks.MOST_SURPRISES
    told = f"{min(solved)}; {statistics.median(surprises):.0f} ({max(surprises)})" if runs else "not measured"
    return Line(what, told, f"{tasks.FRESH}; at most {tasks.MOST_SURPRISES}", bool(runs) and good)


def curriculum(details: Details) -> Iterator[Line]:
    """The same worlds one after the other."""
    for env in tasks.CURRICULUM:
        runs = details.get(f"curriculum {env}", [])
        if runs:
            what = f"{env}, along the curriculum: steps to the first solved level, median of {len(runs)}"
            yield Line(what, median_of(_firsts(runs))[1] + of_states(runs), "reported", True)


def transfer(details: Details) -> Iterator[Line]:
    """What was learned before saves at least half of the steps, from the third world on."""
    for env in tasks.AT_MOST_HALF:
        both = [details.get(f"{part} {env}", []) for part in ("curriculum", "scratch")]
        if all(both):
            after, alone = (median_of(_firsts(runs))[0] for runs in both)
            what = f"{env}: steps with transfer, and without, medians"
            yield Line(what, f"{after:.1f}, {alone:.1f}", "at most half", after <= alone / 2)


def harder(details: Details) -> Iterator[Line]:
    """Larger worlds, after a curriculum of small ones."""
    for env in map(tasks.minigrid, tasks.HARDER):
        runs = details.get(f"harder {env}", [])
        if runs:
            solved = sum(first is not None for first in _firsts(runs))
            yield Line(
                f"{env}, after a curriculum: seeds solved within {tasks.MOST_STEPS} steps; steps, median",
                f"{solved} of {len(runs)}; {median_of(_firsts(runs))[1]}{of_states(runs)}",
                f"{len(runs)} of {len(runs)}",
                solved == len(runs),
            )


def babyai(details: Details) -> Iterator[Line]:
    """Missions after ten to learn from, those in new words apart."""
    for env in (tasks.minigrid(f"BabyAI-{name}") for name in tasks.BABYAI):
        runs = details.get(f"babyai {env}", [])
        if runs:
            shares = [run["tested_solved"] / run["tested"] for run in runs]
            unseen, solved = (sum(run[name] for run in runs) for name in ("unheard", "unheard_solved"))
            yield Line(
                f"{env}: missions solved of {tasks.TESTED} after {tasks.MISSIONS}, mean of {len(runs)} runs;"
                " of those in new words",
                f"{statistics.mean(shares):.0%} ({min(shares):.0%} to {max(shares):.0%}); {solved} of {unseen}"
                + of_states(runs),
                f"{tasks.BABYAI_SHARE:.0%}",
                statistics.mean(shares) >= tasks.BABYAI_SHARE,
            )


def ids(details: Details) -> Iterator[Line]:
    """All of MiniGrid that is deterministic."""
    runs = details.get("ids", [])
    solved = sum(first is not None for first in _firsts(runs))
    what = f"MiniGrid ids solved within {tasks.MOST_STEPS} steps, one seed, after the curriculum"
    yield Line(what, f"{solved} of {len(runs)}{of_states(runs)}", "reported", True)


def ablations(details: Details) -> Iterator[Line]:
    """One thing switched off at a time, side by side, over the seeds that all have in common."""
    for env in tasks.ABLATED:
        columns = {name: details.get(key, []) for name, key in _ablated(env).items()}
        seeds = set.intersection(*({run["seed"] for run in runs} for runs in columns.values()))
        told = [
            f"{name} {median_of(_firsts([run for run in runs if run['seed'] in seeds]))[1]}"
            for name, runs in columns.items()
            if seeds
        ]
        if told:
            what = f"{env}: steps to the first solved level, median of {len(seeds)}"
            yield Line(what, "; ".join(told), "reported", True)


def _ablated(env: str) -> dict[str, str]:
    """Where the runs of each column are kept."""
    alone = f"scratch {env}"
    on = f"curriculum {env}" if env in tasks.CURRICULUM else f"ablation all on {env}"
    return {"all on": on, **{name: f"ablation {name} {env}" for name in tasks.OFF}, "transfer off": alone}


def bound(details: Details) -> Iterator[Line]:
    """Whether the steps to the first solved level are within D (n + 1).

    n is the number of surprises up to then: the form that the paper's bound takes here.
    """
    for env, sizes in details.get("diameters", {}).items():
        runs = details.get(f"scratch {env}", [])
        longest = max(size for size, _ in sizes)
        within = sum(run["first"] is not None and run["first"] <= longest * (run["surprises"] + 1) for run in runs)
        told = f"D {longest} ({', '.join(f'{states} states' for _, states in sizes)})"
        if runs:
            n = statistics.median(run["surprises"] for run in runs)
            told += f"; n {n:.0f} in the median; within in {within} of {len(runs)} runs"
        yield Line(f"{env}: diameter D of levels; surprises n; steps at most D (n + 1)", told, "reported", True)


def _firsts(runs: Sequence[Figures]) -> list[int | None]:
    return [run["first"] for run in runs]


TOLD: dict[str, Callable[[Details], Iterator[Line]]] = {
    part.__name__: part for part in (scratch, curriculum, transfer, harder, babyai, ids, ablations, bound)
}
