"""``worldsmith plan``: what a model would do."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from agent_client import model_files
from agent_client.acting import Acted, act_out
from agent_client.adapters import registry
from agent_client.adapters.base import Adapter
from agent_client.commands.common import gif_writer, json_option, messages, read_situation, results, teller
from agent_client.errors import WorldsmithError
from agent_client.loading import load
from agent_client.output import share
from agent_client.plan_output import plan_json, print_acted, print_plan
from agent_client.planning import LoadedModel, Plan, PlanSettings
from sandbox.contract import Verdict
from sandbox.data.records import World
from sandbox.runtime.planners import PLANNERS
from sandbox.runtime.state import State

_EPILOG = """
\b
Examples:
  worldsmith plan model/model.py --env minigrid:MiniGrid-DoorKey-5x5-v0 --seed 3 --gif plan.gif
  worldsmith plan model/model.py --state now.json --goal "open the box" --json
"""
_PAUSE = 0.08  # seconds that a step is shown on a terminal


@dataclass(frozen=True)
class Situation:
    """What to plan from. ``world`` is what is known of it, ``env`` the environment that stands there, if any."""

    state: State
    goal: str
    world: World
    env: Adapter | None = None


@click.command(epilog=_EPILOG)
@click.argument("model", metavar="MODEL.py", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--state", metavar="FILE", help="Plan from this state: a JSON array of objects, or data (the first state)."
)
@click.option("--env", metavar="ENV", help="Plan from a start of this environment, and try the plan there.")
@click.option("--goal", metavar="TEXT", help="What for. [default: the environment's goal, or the file's]")
@click.option("--planner", type=click.Choice(PLANNERS), default="auto", show_default=True, help="See docs/planning.md.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of level and planner.")
@click.option("--nodes", type=click.IntRange(min=1), default=200_000, show_default=True, help="Most states to search.")
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True, help="Time cap."
)
@click.option("--gif", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan as a GIF (with --env).")
@click.option(
    "--trust-key",
    metavar="FINGERPRINT|FILE",
    help="Accept only a certificate by this server key. Default: any key that was met before.",
)
@json_option
def plan(
    *,
    model: Path,
    state: str | None,
    env: str | None,
    goal: str | None,
    planner: str,
    seed: int,
    nodes: int,
    seconds: float,
    gif: Path | None,
    trust_key: str | None,
    as_json: bool,
) -> int:
    """Plan with the model in MODEL.py, and show what each step changes.

    The model's certificate, in certificate.json beside it, must be right if it is there. Model and planner run in a
    jail either way. Exit code 0 means that a plan was found, and with --env that it solves the environment.
    """
    if (state is None) == (env is None):
        raise click.UsageError("say where to plan from: either --state FILE or --env ENV")
    if gif is not None and env is None:
        raise click.UsageError("--gif shows an environment; give one with --env")
    console, settings = messages(), PlanSettings(nodes=nodes, seconds=seconds)
    with _situation(state, env, goal, seed) as here, _loaded(model, trust_key, here, settings, console) as loaded:
        found = loaded.plan(here.state, here.goal, planner=planner, seed=seed)
        acted = _tried(here, found, gif, console)
        certificate = "missing" if loaded.statement is None else "verified"
        told = plan_json(here.state, found, certificate=certificate, isolation=loaded.isolation.level, acted=acted)
        if as_json:
            click.echo(json.dumps(told))
        else:
            _print(here, found, acted)
            _hint(loaded, found, console)
    return 0 if found.verdict is Verdict.FOUND and (acted is None or acted.solved) else 1


@contextmanager
def _situation(state: str | None, env: str | None, goal: str | None, seed: int) -> Iterator[Situation]:
    if env is None:
        start, world = read_situation(state or "-")
        yield Situation(start.state, start.goal if goal is None else goal, world or World(""))
        return
    game = registry.make(env)
    try:
        first, told = game.reset(seed)
        yield Situation(first, told if goal is None else goal, game.world, game)
    finally:
        game.close()


def _loaded(
    model: Path, trust_key: str | None, here: Situation, settings: PlanSettings, console: Console
) -> LoadedModel:
    """The model, with a line that says what vouches for it and where it runs."""
    loaded = load(
        model,
        key=trust_key,
        require_certificate=False,
        actions=here.world.actions,
        success=here.world.success,
        settings=settings,
    )
    tell, where = teller(console), loaded.isolation.level
    if loaded.statement is None:
        tell(f"warning: {model} has no {model_files.CERTIFICATE}: nobody vouches for it; it runs in the {where}")
    else:
        body = loaded.statement.body
        fit = f"fits {share(body['fit'])} of {body['transitions']} transitions of {body['world']}"
        tell(f"{model} is certified: {body['status']}, {fit}; it runs in the {where}")
    return loaded


def _tried(here: Situation, found: Plan, gif: Path | None, console: Console) -> Acted | None:
    """Carries the plan out where there is an environment, watched on a terminal, and as a GIF if one is wanted."""
    env = here.env
    if env is None or found.verdict is not Verdict.FOUND:
        return None
    write = gif_writer() if gif is not None else None
    frames: list[Any] = [env.frame()] if write is not None else []
    with _watching(env, console) as show:

        def watch() -> None:
            if write is not None:
                frames.append(env.frame())
            show()

        acted = act_out(env, here.state, here.goal, found, watch)
    if gif is not None and write is not None:
        try:
            write(frames, gif)
        except OSError as error:
            raise WorldsmithError(f"cannot write {gif}: {error.strerror or error}") from error
        teller(console)(f"wrote {gif}")
    return acted


@contextmanager
def _watching(env: Adapter, console: Console) -> Iterator[Callable[[], None]]:
    """Shows the environment's picture on a terminal each time that it is called; elsewhere nothing."""
    if not console.is_terminal:
        yield lambda: None
        return
    with Live(Text.from_ansi(env.picture()), console=console, auto_refresh=False) as live:

        def show() -> None:
            live.update(Text.from_ansi(env.picture()), refresh=True)
            time.sleep(_PAUSE)

        yield show


def _print(here: Situation, found: Plan, acted: Acted | None) -> None:
    console = results()
    print_plan(console, here.state, found)
    if acted is not None and here.env is not None:
        print_acted(console, here.env.name, acted)


def _hint(loaded: LoadedModel, found: Plan, console: Console) -> None:
    if not loaded.schemas and found.nodes <= 1 and found.verdict is not Verdict.FOUND:
        teller(console)(
            "no action is known: without a certificate, a model needs `actions` of its own, or --env, or a first line "
            "with the world's actions in the file of --state (docs/data.md)"
        )
