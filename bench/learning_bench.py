"""``make bench-learning``: how much the built-in learner understands of few transitions.

Training and test rows come from disjoint seeds, half random and half guided. Accuracy is the share of rows whose next
state is predicted exactly; the macro average is over kinds of event. No figure of accuracy depends on the clock.
"""

import random
import resource
import statistics
import sys
import time
from collections.abc import Sequence

import click

from agent_client.adapters import registry
from agent_client.adapters.toy_text import ToyTextAdapter
from bench.learning import (
    disguise,
    exploring,
    goal_worlds,
    mechanics,
    mechanics_more,
    minigrid_worlds,
    plot,
    relational,
    tasks,
)
from bench.learning.curious import Curious
from bench.learning.families import Family
from bench.learning.games import AdapterGame, Game, RulesGame, gather, kind_of
from bench.learning.lessons import TaughtGame, unshown_share
from bench.learning.scores import Score, learn, pays_on_unseen_goals, score
from bench.report import RESULTS, Report
from sandbox.data.records import Transition, World
from sandbox.runtime.actions import Action
from sandbox.runtime.state import State
from synth_server.inductive.growth import Memory
from synth_server.inductive.learn import propose
from synth_server.providers.protocol import Request

SOKOBANS = ("sokoban:7x7-2", "sokoban:8x8-2", "sokoban:9x9-3", "sokoban:10x10-4")
TOYS = ("Taxi-v4", "CliffWalking-v1", "FrozenLake-v1", "FrozenLake8x8-v1")
CURVE = (25, 50, 100, 200, 400)
MISSIONS = 10
LEAST_OF_A_KIND = 50  # test rows of each kind of event
EXPLORED = 50
SECONDS, MEGABYTES = 60, 2048


def minigrid(report: Report) -> None:
    """One model for sixteen worlds."""
    seeds = range(1 if report.quick else 3)
    test = minigrid_worlds.test_rows(3000 if report.quick else 12000, 5 if report.quick else LEAST_OF_A_KIND)
    for size in (400, 1600):
        scores = [
            score(learn(gather(minigrid_worlds.games(), size, seed, evenly=True)), test, minigrid_worlds.kind_of)
            for seed in seeds
        ]
        macros = [found.macro for found in scores]
        report.keep(f"minigrid {size}", [vars(found) for found in scores])
        rare = min(all_ for _, all_ in scores[0].kinds.values())
        report.add(
            f"MiniGrid, 16 worlds, {size} transitions, {len(test)} test rows (rarest kind {rare}): macro average",
            f"{statistics.mean(macros):.4f} ({min(macros):.4f} to {max(macros):.4f})",
            "0.99" if size == 1600 else "reported",
            size != 1600 or statistics.mean(macros) >= 0.99,
        )


def _known_payments(report: Report, what: str, scores: Sequence[Score]) -> None:
    """How many seeds pay right in all rows whose payment is one that training contained."""
    exact = sum(found.known_rewards == 1.0 for found in scores)
    report.add(
        f"{what}: seeds with all rewards and ends right of kinds that training contained",
        f"{exact} of {len(scores)}; from {min(found.known_rewards for found in scores):.4f}",
        f"{len(scores)} of {len(scores)}",
        exact == len(scores),
    )


def _pusher(state: State, rng: random.Random) -> Action:
    """Walks towards boxes more often than not."""
    player = state.of("Player")[0]
    ways = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
    boxes = [n for n, (dx, dy) in ways.items() if state.where(type="Box", x=player.x + dx, y=player.y + dy)]
    return Action(f"push {rng.choice(boxes or sorted(ways))}")


def _sokobans() -> list[Game]:
    return [AdapterGame(registry.make(spec), _pusher) for spec in SOKOBANS]


def sokoban(report: Report) -> None:
    """Random rows of all sizes."""
    seeds = range(3 if report.quick else 20)
    test = gather(_sokobans(), 2000 if report.quick else 5000, 10_000)
    scores = []
    for seed in seeds:
        rows = _random_rows(_sokobans(), 200, seed)
        scores.append(score(learn(rows), test, kind_of, known=rows))
    exact = sum(found.exact == 1.0 for found in scores)
    accuracy = [found.exact for found in scores]
    report.keep(
        "sokoban",
        {
            "exact": accuracy,
            "rewards": [found.rewards for found in scores],
            "known rewards": [found.known_rewards for found in scores],
        },
    )
    report.add(
        "Sokoban 7x7 to 10x10, 200 random transitions: seeds exact on all test rows",
        f"{exact} of {len(scores)}; mean {statistics.mean(accuracy):.4f} (from {min(accuracy):.4f})",
        f"{len(scores)} of {len(scores)}",
        exact == len(scores),
    )
    _known_payments(report, "Sokoban, 200 random transitions", scores)


def explored(report: Report) -> None:
    """Rows of an explorer that asks a real server for the next experiment."""
    seeds = range(2 if report.quick else 20)
    test = gather(_sokobans(), 2000 if report.quick else 5000, 10_000)
    scores, rows = [], []
    with exploring.server() as connection:
        for seed in seeds:
            envs = [registry.make(spec) for spec in SOKOBANS]
            found = exploring.explored(connection, envs, EXPLORED, seed)
            rows.append(len(found))
            scores.append(score(learn(found), test, kind_of, known=found))
    accuracy = [found.exact for found in scores]
    exact = sum(share == 1.0 for share in accuracy)
    known = [found.known_rewards for found in scores]
    report.keep("explored", {"exact": accuracy, "rows": rows, "known rewards": known})
    report.add(
        f"Sokoban 7x7 to 10x10, {EXPLORED} steps of the explorer: seeds exact on all test rows",
        f"{exact} of {len(accuracy)}; mean {statistics.mean(accuracy):.4f} (from {min(accuracy):.4f})",
        f"{len(accuracy) * 9 // 10} of {len(accuracy)}",
        exact >= len(accuracy) * 9 // 10,
    )
    _known_payments(report, f"Sokoban, {EXPLORED} steps of the explorer", scores)


def _random_rows(games: Sequence[Game], rows: int, seed: int) -> list[Transition]:
    """Distinct transitions of random play alone."""
    rng, found = random.Random(seed), dict[str, Transition]()
    while len(found) < rows:
        game = games[len(found) % len(games)]
        game.reset(rng)
        over = False
        while not over and len(found) < rows:
            row, over = game.step(rng.choice(list(game.actions())))
            found[row.digest()] = row
    return list(found.values())


def toy_text(report: Report) -> None:
    """All state-action pairs, from 400 distinct ones (from all, where there are fewer), and from half where few."""
    for name in TOYS:
        env = registry.make(f"toytext:{name}")
        assert isinstance(env, ToyTextAdapter)
        every = list(env.every())
        for size in dict.fromkeys((min(400, len(every)), min(400, len(every) // 2))):
            found = [score(learn(random.Random(seed).sample(every, size)), every, kind_of) for seed in range(3)]
            accuracy, rewards = [f.exact for f in found], [f.rewards for f in found]
            report.keep(f"{name} {size}", {"exact": accuracy, "rewards": rewards})
            report.add(
                f"{name}, {size} of {len(every)} state-action pairs: next states; rewards and ends",
                f"{statistics.mean(accuracy):.4f}; {statistics.mean(rewards):.4f}",
                "0.99 each",
                min(statistics.mean(accuracy), statistics.mean(rewards)) >= 0.99,
            )


def relations(report: Report) -> None:
    """Random worlds of actions with arguments, from rows half guided by one who knows their rules."""
    seeds = range(4 if report.quick else 20)
    _related(report, 150, "half guided", seeds)


def further_relations(report: Report) -> None:
    """The same worlds from random rows alone; some of them from more rows, and from rows that doubts ask for."""
    seeds = range(4 if report.quick else 20)
    for size, how in ((150, "all random"), (400, "half guided"), (150, "as doubts ask for")):
        _related(report, size, how, seeds if how == "all random" else seeds[: len(seeds) // 4])


def _related(report: Report, size: int, how: str, seeds: Sequence[int]) -> None:
    accuracy, unshown, count = list[float](), list[float](), 1000 if report.quick else 5000
    for seed in seeds:
        world = relational.draw(seed)
        test = gather([TaughtGame(world, ahead=0)], count, 10_000 + seed, evenly=True)
        if how == "as doubts ask for":
            rows = Curious(relational.environment(seed), seed).gather(size)
        elif how == "all random":
            rows = _random_rows([TaughtGame(world)], size, seed)
        else:
            rows = gather([TaughtGame(world)], size, seed, evenly=True)
        accuracy.append(score(learn(rows), test, kind_of).exact)
        unshown.append(unshown_share(world, rows, test))
    exact, judged = sum(share == 1.0 for share in accuracy), (size, how) == (150, "half guided")
    report.keep(f"relational {size} {how}", {"exact": accuracy, "not shown": unshown})
    report.add(
        f"random relational worlds, {size} transitions, {how}: worlds exact on {count} test rows",
        f"{exact} of {len(accuracy)}; accuracy {statistics.mean(accuracy):.4f} (from {min(accuracy):.4f}); "
        f"{statistics.mean(unshown):.1%} of what the test rows show of the rules never shown",
        f"{len(accuracy) * 4 // 5} of {len(accuracy)}" if judged else "reported",
        not judged or exact * 5 >= len(accuracy) * 4,
    )


def task_worlds(report: Report) -> None:
    """Worlds of actions with arguments, by hand: facts, containers, recipes, vehicles, codes, timers."""
    curves: dict[int, list[float]] = {}
    for name, make in tasks.ALL.items():
        game = RulesGame(make())
        test = gather([game], 1000, 10_000)
        found = {
            size: [score(learn(gather([game], size, seed)), test, kind_of).exact for seed in range(1, 3)]
            for size in CURVE[1:4]
        }
        report.keep(f"task {name}", found)
        for size, shares in found.items():
            curves.setdefault(size, []).append(statistics.mean(shares))
    for size, shares in curves.items():
        perfect = sum(share == 1.0 for share in shares)
        report.add(
            f"{len(shares)} worlds of tasks, two seeds each, {size} transitions: mean exact next states",
            f"{statistics.mean(shares):.4f} (from {min(shares):.4f}); {perfect} exact",
            "reported",
            True,
        )


def mechanisms(report: Report) -> None:
    """Worlds of one mechanism each, at growing sizes."""
    plotted = {}
    for title, worlds in (("small worlds", mechanics.ALL), ("further small worlds", mechanics_more.MORE)):
        curves: dict[int, list[float]] = {}
        for name, make in worlds.items():
            game = RulesGame(make())
            test = gather([game], 1000, 10_000)
            shares = {
                n: score(learn(gather([game], n, 1)), test, kind_of, 5).macro
                for n in (CURVE[1:4] if report.quick else CURVE)
            }
            for size, share in shares.items():
                curves.setdefault(size, []).append(share)
            report.keep(f"mechanism {name}", shares)
        points = [(size, statistics.mean(shares)) for size, shares in sorted(curves.items())]
        plotted[f"{len(worlds)} {title}"] = points
        for size, share in points:
            perfect = sum(found == 1.0 for found in curves[size])
            report.add(
                f"{len(worlds)} {title} of one mechanism each, {size} transitions: mean macro average",
                f"{share:.4f}; {perfect} exact",
                "reported",
                True,
            )
    if not report.quick:
        (RESULTS / "learning.svg").write_text(plot.svg(plotted))


def invariance(report: Report) -> None:
    """The same rows told otherwise."""
    train, test = gather(_sokobans(), 200, 3), gather(_sokobans(), 1000, 10_003)
    more = (gather(minigrid_worlds.games(), 400, 3), gather(minigrid_worlds.games(), 1000, 10_003))
    for name, (rows, unseen) in {"Sokoban": (train, test), "MiniGrid": more}.items():
        plain = score(learn(rows), unseen, kind_of).exact
        for change in (disguise.renamed, disguise.moved, disguise.shuffled):
            other = score(learn(change(rows)), change(unseen), kind_of).exact
            report.add(f"{name}, {change.__name__}: accuracy", f"{other!r}", f"{plain!r}", other == plain)


def goals(report: Report) -> None:
    """Rewards under goals that were never seen, of forms that were: real missions, and families of invented ones."""
    for name, ids in goal_worlds.BABYAI.items():
        test = [row for rows in goal_worlds.missions(ids, 40, 10_000) for row in rows]
        test += goal_worlds.in_vain(test)
        shares = []
        for seed in range(2 if report.quick else 5):
            rows = [row for rows in goal_worlds.missions(ids, MISSIONS * len(ids), seed) for row in rows]
            shares.append(pays_on_unseen_goals(learn(rows), test, rows))
        _unseen(report, f'BabyAI "{name}", {MISSIONS} missions a world', shares)
    for synonyms in (False, True):
        shares = []
        for seed in range(5 if report.quick else 20):
            family, rng = Family(seed, synonyms=synonyms), random.Random(seed)
            rows = [row for _ in range(MISSIONS * family.forms) for row in family.play(rng)]
            test = [row for _ in range(60) for row in family.play(rng)]
            shares.append(pays_on_unseen_goals(learn(rows), test, rows))
        words = "of other words than states have" if synonyms else "of the states' words"
        _unseen(report, f"invented goals {words}, {MISSIONS} missions a form", shares)


def _unseen(report: Report, what: str, shares: Sequence[float]) -> None:
    report.keep(what, list(shares))
    report.add(
        f"{what}, {len(shares)} seeds: rewards and ends under unseen goals (nothing ever pays: 0.5)",
        f"{statistics.mean(shares):.4f} ({min(shares):.4f} to {max(shares):.4f})",
        "0.95",
        statistics.mean(shares) >= 0.95,
    )


def growth(report: Report) -> None:
    """Time and memory against the number of transitions."""
    for size in (500, 1000, 2000) if report.quick else (500, 1000, 2000, 5000):
        rows = gather(minigrid_worlds.games(), size, 5)
        began = time.process_time()
        learn(rows)
        seconds = time.process_time() - began
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        report.keep(f"growth {size}", {"seconds": round(seconds, 2), "megabytes": megabytes})
        report.add(
            f"MiniGrid, {size} transitions: seconds of processor time; peak memory of the benchmark",
            f"{seconds:.1f} s; {megabytes} MB",
            f"{SECONDS} s; {MEGABYTES} MB" if size == 5000 else "reported",
            size != 5000 or (seconds < SECONDS and megabytes < MEGABYTES),
        )


def increments(report: Report) -> None:
    """What one more row costs, at 1,000: the median over rows that fit and rows that do not."""
    count = 20 if report.quick else 60
    sources = {"MiniGrid": gather(minigrid_worlds.games(), 1000 + count, 5)}
    sources["Sokoban"] = _random_rows(_sokobans(), 1000 + count, 5)
    sources["a relational world"] = gather([RulesGame(relational.world(5))], 1000 + count, 5)
    for what, rows in sources.items():
        memory = Memory()
        whole = _learning_seconds(rows[:1000], memory)
        more = sorted(_learning_seconds(rows[:size], memory) for size in range(1001, 1001 + count))
        share = statistics.median(more) / whole
        report.keep(f"increments {what}", {"whole": round(whole, 3), "more": [round(one, 3) for one in more]})
        report.add(
            f"{what}, one more transition at 1,000: processor time, the median of {count}, to that of learning all",
            f"{share:.0%} ({statistics.median(more):.3f} s to {whole:.2f} s; the dearest {more[-1]:.2f} s)",
            "at most 10%",
            share <= 0.1,
        )


def _learning_seconds(rows: Sequence[Transition], memory: Memory) -> float:
    began = time.process_time()
    propose(Request(World("bench"), rows, [], 0, 0), memory)
    return time.process_time() - began


_ALL = (
    minigrid,
    sokoban,
    explored,
    toy_text,
    relations,
    further_relations,
    task_worlds,
    mechanisms,
    invariance,
    goals,
    growth,
    increments,
)
PARTS = {part.__name__: part for part in _ALL}


@click.command()
@click.option("--quick", is_flag=True, help="Fewer seeds and rows; results are not kept.")
@click.option(
    "--part", "parts", multiple=True, type=click.Choice(list(PARTS)), help="Only these parts; the others' figures stay."
)
def main(quick: bool, parts: tuple[str, ...]) -> None:
    """Measure how much is learned from few transitions."""
    report = Report("learning", list(PARTS), quick=quick, keep=not quick)
    for name, part in PARTS.items():
        if not parts or name in parts:
            with report.part(name):
                part(report)
    sys.exit(report.end())


if __name__ == "__main__":
    main()
