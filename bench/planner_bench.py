"""``make bench-planner``: how fast planning is, and how hard the levels that it solves.

Searches run in this process, as they do in the sandbox's child. Times are CPU seconds. ``FULL=1`` plans for all 200
Boxoban levels of each kind instead of 40; they are read from ``$WORLDSMITH_DATA/sokoban``.
"""

import os
import sys
from pathlib import Path
from statistics import median
from typing import Any

from agent_client.adapters import registry
from bench import planner_baseline
from bench.planner_models import Checked, by_hand, learned
from bench.planner_runs import SWITCHED, baseline, exhausted, profiled, solve, switched
from bench.report import Line, conclude
from sandbox.contract import FindPlan, Inputs, OutcomeKind, PlanFound
from sandbox.limits import Limits
from sandbox.process import ProcessSandbox
from sandbox.runtime.actions import ActionSchema
from sandbox.runtime.model import Model
from sandbox.runtime.state import Object, State

DOORKEY, SOKOBAN = "minigrid:MiniGrid-DoorKey-5x5-v0", "sokoban:7x7-2"
SEEDS = 10  # levels for rates
ROUNDS = 7  # of ours and the baseline in turn, for rates
SOME = 5  # levels of each MiniGrid environment
NODES = 2_000_000
GOAL_SECONDS = {
    "DoorKey-5x5": 0.1,
    "UnlockPickup": 2.0,
    "BlockedUnlockPickup": 2.0,
    "DoorKey-16x16": 60.0,
    "KeyCorridorS4R3": 60.0,
    "ObstructedMaze-1Dlhb": 60.0,
    "LavaCrossingS11N5": 60.0,
    "MultiRoom-N6": 60.0,
}
KINDS = {"unfiltered": 38, "medium": 20}  # of 40
OFF_LEVELS, OFF_NODES = 10, 60_000  # for the figures with heuristics switched off
ENDLESS = """
def transition(state, action):
    for counter in state.where(name=action.name):
        counter.count = (counter.count + 1) % 160
    return state
def reward(state, action, next_state, goal):
    return 0.0, False
"""


def starts_of(name: str, count: int) -> tuple[list[tuple[State, str]], tuple[ActionSchema, ...]]:
    """The first levels of an environment, and its actions."""
    game = registry.make(name)
    starts = [game.reset(seed) for seed in range(count)]
    game.close()
    return starts, game.world.actions


def rates(name: str, found: Checked, step: Any, pay: Any, goal: int, lines: list[Line]) -> dict[str, Any]:
    """Nodes a second beside the baseline's, medians of rounds in turn, and where the (wall-clock) time goes."""
    starts, schemas = starts_of(name, SEEDS)
    rounds = [
        (exhausted(found.model, starts, schemas, 20_000), baseline(starts[:3], schemas, step, pay, 400))
        for _ in range(ROUNDS)
    ]
    ours = median(ours.per_second for ours, _ in rounds)
    theirs = median(theirs.per_second for _, theirs in rounds)
    ratios = [ours.per_second / theirs.per_second for ours, theirs in rounds]
    ratio = median(ratios)
    plain = profiled(found.model, starts, schemas, 20_000, remember=False)
    remembering = profiled(found.model, starts, schemas, 20_000, remember=True)
    lines += [
        Line(f"{name}: nodes a second", f"{ours:,.0f}", f"{goal:,}", ours >= goal),
        Line(f"{name}: the baseline's", f"{theirs:,.0f}", "reported", True),
        Line(f"{name}: times the baseline's", f"{ratio:.1f}", "20", ratio >= 20),
        Line(f"{name}: model's share of the time", f"{plain.share:.0%}", "50%", plain.share >= 0.5),
        Line(f"{name}: the same where answers are remembered", f"{remembering.share:.0%}", "reported", True),
    ]
    return {
        "model": found.told,
        "nodes": rounds[0][0].nodes,
        "nodes_per_second": round(ours),
        "baseline_nodes_per_second": round(theirs),
        "times": [round(one, 1) for one in ratios],
        "model_share": round(plain.share, 3),
        "model_share_remembering": round(remembering.share, 3),
    }


def refutation(found: Checked, lines: list[Line]) -> dict[str, Any]:
    """A failing optimism check: a model that never pays, until all it can reach is reached."""
    model = Model(found.model.transition, lambda s, a, n, g: (0.0, found.model.reward(s, a, n, g)[1]))
    game = registry.make(DOORKEY)
    ends = [solve(model, game, seed, 20_000) for seed in range(SEEDS)]
    game.close()
    worst = max(end["seconds"] for end in ends)
    refuted = all(end["verdict"] == "refuted" for end in ends)
    lines.append(Line("a failing optimism check on DoorKey-5x5, worst", f"{worst:.3f} s", "1 s", refuted and worst < 1))
    return {"ends": ends}


def minigrid(doorkey: Checked, hand: Checked, lines: list[Line]) -> dict[str, Any]:
    """Seconds for each kind of level; plans are played."""
    results = {}
    for name, seconds in GOAL_SECONDS.items():
        game = registry.make(f"minigrid:MiniGrid-{name}-v0")
        found = doorkey if name == "DoorKey-5x5" else hand
        ends = [solve(found.model, game, seed, NODES) for seed in range(SOME)]
        game.close()
        worst = max(end["seconds"] for end in ends)
        good = all(end["solved"] and end["faithful"] for end in ends)
        lines.append(
            Line(f"{name}: {SOME} levels, worst", f"{worst:.2f} s", f"{seconds:g} s", good and worst < seconds)
        )
        results[name] = {"model": found.told, "levels": ends}
    return results


def boxoban(folder: Path, found: Checked, lines: list[Line], *, full: bool) -> dict[str, Any]:
    """How many levels are solved; plans are played."""
    results: dict[str, Any] = {"model": found.told}
    for kind, wanted in KINDS.items():
        game = registry.make(f"sokoban:{folder / f'boxoban-{kind}-valid-200.txt'}")
        count = 200 if full else 40
        ends = []
        for seed in range(count):
            ends.append(solve(found.model, game, seed, NODES))
            print(kind, ends[-1], flush=True)
        game.close()
        solved = sum(end["solved"] and end["faithful"] for end in ends)
        odd = sum(not end["faithful"] for end in ends)
        goal = wanted * count // 40
        lines += [
            Line(f"Boxoban {kind}: solved of {count}", str(solved), str(goal), solved >= goal),
            Line(f"Boxoban {kind}: plans whose states are not the environment's", str(odd), "0", odd == 0),
            Line(
                f"Boxoban {kind}: nodes, seconds a level (mean; most)",
                f"{sum(e['nodes'] for e in ends) / count:,.0f}; {max(e['nodes'] for e in ends):,}, "
                f"{sum(e['seconds'] for e in ends) / count:.2f}; {max(e['seconds'] for e in ends):.2f}",
                "reported",
                True,
            ),
        ]
        results[kind] = ends
    return results


def heuristics(folder: Path, found: Checked, lines: list[Line]) -> dict[str, Any]:
    """What is left when heuristics are switched off, and what each planner does."""
    game = registry.make(f"sokoban:{folder / 'boxoban-medium-valid-200.txt'}")
    starts = [game.reset(seed) for seed in range(OFF_LEVELS)]
    results = {}
    for name, search in SWITCHED.items():
        results[name] = end = switched(search, found.model, starts, game.world.actions, OFF_NODES)
        told = f"{end['solved']}, {end['nodes']:,} nodes, {end['seconds']} s"
        lines.append(Line(f"{OFF_LEVELS} medium levels, {OFF_NODES:,} nodes each: {name}", told, "reported", True))
    game.close()
    return results


def memory(lines: list[Line]) -> dict[str, Any]:
    """As many states as any budget here allows, in a child with the sandbox's limit on memory."""
    names = [f"c{i}" for i in range(3)]
    start = State([Object("Counter", name=name, count=0) for name in names])
    sandbox = ProcessSandbox()
    session = sandbox.open(Inputs(states=[start], starts=[(0, "")], schemas=[ActionSchema(name) for name in names]))
    limits = Limits(wall_seconds=2400, cpu_seconds=1200)
    outcome = session.run(FindPlan(0, NODES, planner="bfs"), ENDLESS, limits)
    session.close()
    sandbox.close()
    value = outcome.value
    nodes = value.nodes if isinstance(value, PlanFound) else 0
    lines.append(
        Line(
            f"states of a search within {limits.memory >> 20} MiB",
            f"{nodes:,} ({outcome.kind}, {outcome.seconds:.0f} s)",
            f"{NODES:,}",
            outcome.kind is OutcomeKind.OK and nodes == NODES,
        )
    )
    return {"nodes": nodes, "outcome": str(outcome.kind), "seconds": round(outcome.seconds, 1)}


def main() -> int:
    """Measures everything; 0 when every goal is reached."""
    data, full = os.environ.get("WORLDSMITH_DATA"), os.environ.get("FULL") == "1"
    lines: list[Line] = []
    doorkey = learned([(DOORKEY, 5000)], [(DOORKEY, 5000)])
    sokoban = learned([("sokoban:6x5-1", 800), (SOKOBAN, 500), ("sokoban:10x10-4", 500)], [(SOKOBAN, 5000)])
    hand = by_hand([(f"minigrid:MiniGrid-{name}-v0", 700) for name in GOAL_SECONDS if name != "DoorKey-5x5"] +
                   [(DOORKEY, 100)])  # fmt: skip
    for what, found in (("DoorKey", doorkey), ("Sokoban", sokoban), ("MiniGrid", hand)):
        lines.append(Line(f"the model of {what}: {found.origin}", f"{found.right:,}", f"{found.rows:,}", found.right == found.rows))  # fmt: skip  # noqa: E501
    details: dict[str, Any] = {
        "rates": {
            DOORKEY: rates(DOORKEY, doorkey, planner_baseline.doorkey, planner_baseline.doorkey_pays, 15_000, lines),
            SOKOBAN: rates(SOKOBAN, sokoban, planner_baseline.sokoban, planner_baseline.sokoban_pays, 10_000, lines),
        },
        "refutation": refutation(doorkey, lines),
        "minigrid": minigrid(doorkey, hand, lines),
    }
    if data and (Path(data) / "sokoban").is_dir():
        folder = Path(data) / "sokoban"
        details["boxoban"] = boxoban(folder, sokoban, lines, full=full)
        details["heuristics"] = heuristics(folder, sokoban, lines)
    else:
        print("left out: Boxoban; WORLDSMITH_DATA names no folder with `sokoban` in it")
    details["memory"] = memory(lines)
    return conclude("planner", lines, details)


if __name__ == "__main__":
    sys.exit(main())
