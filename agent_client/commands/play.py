"""``worldsmith play``: an agent learns an environment and solves it."""

import json
from pathlib import Path

import click

from agent_client import types
from agent_client.adapters import registry
from agent_client.adapters.base import Adapter
from agent_client.agent import PlaySettings
from agent_client.commands.common import (
    gif_writer,
    json_option,
    messages,
    results,
    seconds_option,
    server_options,
    teller,
)
from agent_client.events import Observer
from agent_client.explore import ExploreSettings
from agent_client.film import Film
from agent_client.learning import LearnSettings
from agent_client.live import view
from agent_client.output import print_play
from agent_client.planning import PlanSettings
from agent_client.playing import PlayRequest
from agent_client.playing import play as play_env
from agent_client.recording import Recorder
from agent_client.session import ServerChoice, connect
from sandbox.runtime.planners import PLANNERS

_EPILOG = """
\b
Examples:
  worldsmith play minigrid:MiniGrid-DoorKey-5x5-v0
  worldsmith play sokoban:7x7-2 --episodes 10 --seed 7 --gif solved.gif
  worldsmith play minigrid:MiniGrid-Unlock-v0 --server localhost:50051 --json
"""


@click.command(epilog=_EPILOG)
@click.argument("env", metavar="ENV")
@click.option("--provider", default="", metavar="P", help="Who proposes programs. [default: the server's]")
@click.option("--model", default="", metavar="ID", help="Begin with this model (see `models`), in its own world.")
@click.option(
    "--world", default="", metavar="NAME", help="Go on with this world and its newest model. Default: a new one."
)
@click.option(
    "--episodes",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many episodes to play from the first solved one on, each on a fresh level.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of levels and choices.")
@click.option(
    "--max-steps",
    type=click.IntRange(min=1),
    default=5000,
    show_default=True,
    help="Most steps in all.",
)
@click.option("--epsilon", type=click.FloatRange(0, 1), default=0.05, show_default=True, help="Share of random tries.")
@seconds_option
@click.option(
    "--plan-nodes",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    help="Most states that a plan search visits.",
)
@click.option("--planner", type=click.Choice(PLANNERS), default="auto", show_default=True, help="See docs/planning.md.")
@click.option("--gif", type=click.Path(dir_okay=False, path_type=Path), help="Write solved episodes as GIFs.")
@click.option(
    "--film", type=click.Path(dir_okay=False, path_type=Path), help="Write the whole play as a GIF, with what it does."
)
@server_options
@json_option
def play(
    *,
    env: str,
    provider: str,
    model: str,
    world: str,
    episodes: int,
    seed: int,
    max_steps: int,
    epsilon: float,
    seconds: float,
    plan_nodes: int,
    planner: str,
    gif: Path | None,
    film: Path | None,
    where: ServerChoice,
    as_json: bool,
) -> int:
    """Let an agent learn ENV from nothing, and solve it.

    ENV is minigrid:ID, sokoban:WIDTHxHEIGHT-BOXES or sokoban:FILE#N, or MODULE:CALLABLE for any environment
    (docs/environments.md). The agent tries actions, has the server synthesise a model of what it saw, plans with the
    model, and learns from its surprises. Exit code 0 means that it solved an episode and every one after it.
    """
    console, game = messages(), registry.make(env)
    request = PlayRequest(
        world=world,
        model=model,
        learn=LearnSettings(provider, types.Budget(seconds=seconds), seed),
        play=PlaySettings(
            episodes, seed, max_steps, ExploreSettings(epsilon=epsilon), PlanSettings(plan_nodes, planner=planner)
        ),
    )
    try:
        with connect(where, teller(console)) as connection, view(console, game.name, game.picture) as shown:
            observers: list[Observer] = [shown]
            if gif is not None:
                observers.append(recorder(game, gif))
            filmed = Film(game.frame, gif_writer()) if film is not None else None
            result, _ = play_env(game, connection, request, [*observers, filmed] if filmed else observers)
            if filmed and film is not None:
                filmed.write(film)
    finally:
        game.close()
    if result.interrupted:
        console.print("interrupted; what was seen so far is submitted")
    if as_json:
        click.echo(json.dumps(result.to_json()))
    else:
        print_play(results(), [result])
    return 0 if result.achieved else 1


def recorder(env: Adapter, path: Path) -> Recorder:
    """A recorder that writes GIFs."""
    return Recorder(env.frame, gif_writer(), path)
