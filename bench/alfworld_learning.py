"""How a household is learned: an agent plays a few training games, then solves games that it never saw.

The agent has the built-in provider and a real server, and plays eighteen training games, three of each type of task,
one episode each; walkthroughs are not used. The last model then plays other games, one episode each: it plans from the
start, and again where something came otherwise. It learns nothing more meanwhile.
"""

import json
import lzma
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_client import types
from agent_client.adapters.alfworld import AlfworldAdapter
from agent_client.adapters.alfworld_games import Game, Games, find
from agent_client.agent import PlaySettings
from agent_client.events import EpisodeEnded, EpisodeStarted, Event
from agent_client.experience import Experience
from agent_client.explore import ExploreSettings, pick_rare
from agent_client.learning import LearnSettings
from agent_client.planning import LoadedModel, PlanSettings
from agent_client.playing import PlayRequest, play
from agent_client.session import Connection, ServerChoice, connect
from sandbox.contract import Verdict
from sandbox.local import local_sandbox
from sandbox.runtime.actions import Action
from sandbox.runtime.loader import load_model
from sandbox.runtime.model import Model
from sandbox.runtime.state import State

KINDS = (
    *("pick_and_place_simple", "look_at_obj_in_light", "pick_clean_then_place_in_recep"),
    *("pick_heat_then_place_in_recep", "pick_cool_then_place_in_recep", "pick_two_obj_and_place"),
)
EACH = 3  # training games of each type, not all put in the same words
MOST_STEPS = 900
SYNTHESIS_SECONDS = 8.0
PLAN_NODES = "200"  # of a search of the server's, which checks a program for optimism
PLAN = PlanSettings(nodes=16_000, quick_nodes=8000, explore_nodes=300, seconds=30)  # while it learns
PATIENT = ExploreSettings(patience=50)  # an episode is played to its end
FINAL = PlanSettings(nodes=40_000, seconds=60)
REPLANS = 3  # in a game, after a surprise


@dataclass(frozen=True)
class Some:
    """Games of a collection in an order of their own."""

    games: Games
    order: Sequence[int]

    def of(self, seed: int) -> Game:
        """The game of the seed's remainder."""
        return self.games.of(self.order[seed % len(self.order)])


@dataclass
class Tally:
    """What was met in the games of a test."""

    rows: int = 0
    exact: int = 0
    offered: int = 0
    told: int = 0
    both: int = 0
    seconds: list[float] = field(default_factory=list)
    games: list[dict[str, Any]] = field(default_factory=list)


def records(folder: Path, name: str) -> list[dict[str, Any]]:
    """The lines of a collection."""
    text = lzma.decompress((folder / f"{name}.jsonl.xz").read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines()]


def kind_of(record: dict[str, Any]) -> str:
    """The type of a game's task."""
    return str(record["name"]).split("-")[0]


def training(lines: Sequence[dict[str, Any]], seed: int) -> list[int]:
    """The numbers of the training games, the types in turn; the first two of a type are put in other words."""
    rng = random.Random(seed)
    kinds: dict[str, list[int]] = {}
    for number, record in enumerate(lines):
        kinds.setdefault(kind_of(record), []).append(number)
    chosen = []
    for kind in KINDS:
        drawn = rng.sample(kinds[kind], len(kinds[kind]))
        other = next(n for n in drawn if _wording(lines[n]) != _wording(lines[drawn[0]]))
        chosen.append([drawn[0], other, next(n for n in drawn[1:] if n != other)])
    return [numbers[turn] for turn in range(EACH) for numbers in chosen]


def _wording(record: dict[str, Any]) -> tuple[str, ...]:
    words = str(record["task"]).split()
    named = {part.lower() for part in str(record["name"]).split("-")[1:4]}
    return tuple(word for word in words if word.strip(".") not in named)


def learn(connection: Connection, seed: int, lines: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """Plays the training games; the figures, and the text of the model in use at the end."""
    order = training(lines, seed)
    env = AlfworldAdapter("training", Some(find("train-360"), order))
    begun = time.monotonic()
    request = PlayRequest(
        learn=LearnSettings(provider="inductive", seed=seed, budget=types.Budget(seconds=SYNTHESIS_SECONDS)),
        play=PlaySettings(episodes=len(order), seed=0, max_steps=MOST_STEPS, plan=PLAN, explore=PATIENT),
    )
    result, model = play(env, connection, request, [_tell])
    env.close()
    episodes = result.episodes[: len(order)]
    firsts: dict[str, int] = {}
    for number, episode in enumerate(episodes):
        kind, turn = kind_of(lines[order[number]]), number // (len(order) // EACH) + 1
        if episode.solved:
            firsts.setdefault(kind, turn)
    return {
        "seed": seed,
        "training_solved": sum(episode.solved for episode in episodes),
        "episodes_until_first_solved": {kind: firsts.get(kind) for kind in KINDS},
        "steps": result.steps,
        "syntheses": result.syntheses,
        "surprises": result.surprises,
        "lines": model.lines if model is not None else 0,
        "seconds": round(time.monotonic() - begun, 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20, 2),
    }, model.source if model is not None else ""


def _tell(event: Event) -> None:
    """One line an episode."""
    if isinstance(event, EpisodeStarted):
        print(f"{event.goal} ", end="", flush=True)
    elif isinstance(event, EpisodeEnded):
        print("solved" if event.solved else "not solved", f"in {event.steps} steps", flush=True)


def attempt(env: AlfworldAdapter, number: int, loaded: LoadedModel, model: Model, tally: Tally) -> None:
    """One game: a plan, carried out, and another after a surprise."""
    state, goal = env.reset(number)
    steps, solved, over, first = 0, False, False, 0.0
    for turn in range(1 + REPLANS):
        begun = time.perf_counter()
        plan = loaded.plan(state, goal)
        if not turn:
            first = time.perf_counter() - begun
        if over or plan.verdict is not Verdict.FOUND:
            break
        for step in plan.steps:
            _compare(model, state, env.available(), tally)
            came = env.step(step.action)
            exact = came.state == step.next_state
            tally.rows, tally.exact = tally.rows + 1, tally.exact + exact
            state, steps, solved = came.state, steps + 1, came.done
            over = came.done or came.truncated
            if over or not exact or step.done:
                break
        if over:
            break
    tally.seconds.append(first)
    tally.games.append({"goal": goal, "solved": solved, "steps": steps, "plan_seconds": round(first, 2)})


def _compare(model: Model, state: State, offered: Sequence[Action], tally: Tally) -> None:
    """Counts what the model says is applicable, and what is."""
    told = set(model.actions(state.copy())) if model.actions is not None else set[Action]()
    tally.offered += len(offered)
    tally.told += len(told)
    tally.both += len(told & set(offered))


def test(source: str, lines: Sequence[dict[str, Any]], collection: str) -> dict[str, Any]:
    """Plays all games of a collection once with a model."""
    env, tally = AlfworldAdapter(collection, find(collection)), Tally()
    sandbox = local_sandbox()
    loaded = LoadedModel(sandbox, source, env.world.actions, env.world.success, FINAL)
    model = load_model(source)
    for number in range(len(lines)):
        attempt(env, number, loaded, model, tally)
    loaded.close()
    sandbox.close()
    env.close()
    kinds: dict[str, list[bool]] = {}
    for record, game in zip(lines, tally.games, strict=True):
        kinds.setdefault(kind_of(record), []).append(game["solved"])
    won = [(game["steps"], len(r["walkthrough"])) for r, game in zip(lines, tally.games, strict=True) if game["solved"]]
    return {
        "solved": sum(game["solved"] for game in tally.games),
        "games": len(lines),
        "solved_by_type": {kind: f"{sum(got)} of {len(got)}" for kind, got in sorted(kinds.items())},
        "steps": round(statistics.mean(mine for mine, _ in won), 2) if won else None,
        "walkthrough_steps": round(statistics.mean(theirs for _, theirs in won), 2) if won else None,
        "transitions": tally.rows,
        "exact": round(tally.exact / max(tally.rows, 1), 4),
        "precision": round(tally.both / max(tally.told, 1), 4),
        "recall": round(tally.both / max(tally.offered, 1), 4),
        "plan_median": round(statistics.median(tally.seconds), 2),
        "plan_longest": round(max(tally.seconds), 2),
        "unsolved": [game["goal"] for game in tally.games if not game["solved"]],
    }


def without_optimism(lines: Sequence[dict[str, Any]], seed: int) -> dict[str, int]:
    """The same training games for an agent that hopes for nothing: until something paid it has nothing to plan for.

    ``paid`` counts those of which a step paid.
    """
    order, rng, seen = training(lines, seed), random.Random(seed), Experience()
    env, paid = AlfworldAdapter("training", Some(find("train-360"), order)), 0
    for number in range(len(order)):
        state, goal = env.reset(number)
        over, step = False, 0
        while not over:
            action = pick_rare(env.available(), seen.tried, seen.idle, rng)
            came = env.step(action)
            seen.add(came.row(state, action, goal, number, step))
            state, step, over = came.state, step + 1, came.done or came.truncated
            paid += came.done
    env.close()
    return {"training_games": len(order), "paid": paid}


def run(folder: Path, seed: int) -> dict[str, Any]:
    """Learning and test with one seed."""
    os.environ["WORLDSMITH_LIMITS__PLAN_NODES"] = PLAN_NODES
    with tempfile.TemporaryDirectory() as data, connect(ServerChoice(data_dir=Path(data)), print) as connection:
        learned, source = learn(connection, seed, records(folder, "train-360"))
    print(learned, flush=True)
    bare = without_optimism(records(folder, "train-360"), seed)
    print(bare, flush=True)
    tested = test(source, records(folder, "valid_seen-140"), "valid_seen-140") if source else {}
    print({key: value for key, value in tested.items() if key != "unsolved"}, flush=True)
    return {"learning": learned, "without_optimism": bare, "test": tested, "program": source}
