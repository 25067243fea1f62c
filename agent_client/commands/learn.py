"""``worldsmith learn``: a curriculum, one environment after the other."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from agent_client import curriculum, types
from agent_client.agent import PlaySettings
from agent_client.commands.common import (
    json_option,
    messages,
    results,
    seconds_option,
    server_options,
    teller,
    write_model,
)
from agent_client.curriculum import Course, Learned
from agent_client.learning import LearnSettings
from agent_client.live import view
from agent_client.output import print_play
from agent_client.playing import PlayRequest
from agent_client.session import ServerChoice, connect
from agent_client.trace.safe import visible

_EPILOG = """
\b
Examples:
  worldsmith learn doors.toml
  worldsmith learn doors.toml --world doors --diff --out doors/
\b
A curriculum (docs/agents.md):
  [[stage]]
  env = "minigrid:MiniGrid-DoorKey-5x5-v0"
  [[stage]]
  env = "minigrid:MiniGrid-UnlockPickup-v0"
  episodes = 5
"""


@click.command(epilog=_EPILOG)
@click.argument("file", metavar="CURRICULUM.toml", type=click.Path(path_type=Path))
@click.option(
    "--provider", default="", metavar="P", help="Who proposes programs. [default: the file's, or the server's]"
)
@click.option("--world", default="", metavar="NAME", help="Go on with this world's data and model. Default: a new one.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of levels and choices. [default: the file's, or 0]")
@seconds_option
@click.option("--diff", is_flag=True, help="Print what each stage changed in the program.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the last model.")
@server_options
@json_option
def learn(
    *,
    file: Path,
    provider: str,
    world: str,
    seed: int | None,
    seconds: float,
    diff: bool,
    out: Path | None,
    where: ServerChoice,
    as_json: bool,
) -> int:
    """Let an agent learn the environments of CURRICULUM.toml one after the other.

    Each begins with the model and the data of those before it. Exit code 0 means that every one of them was solved,
    with every episode after its first solved one.
    """
    stages, told, told_seed = curriculum.read(file)
    chosen = seed if seed is not None else told_seed
    request = PlayRequest(
        learn=LearnSettings(provider or told, types.Budget(seconds=seconds), chosen), play=PlaySettings(seed=chosen)
    )
    console, learned = messages(), list[Learned]()
    with connect(where, teller(console)) as connection:
        course = Course(connection, request, lambda game: view(console, game.name, game.picture), world)
        for stage in stages:
            learned.append(course.play(stage))
            _tell(console, learned[-1], diff)
            if learned[-1].result.interrupted:
                break
        if out is not None and learned[-1].model is not None:
            write_model(out, learned[-1].model, connection)
    if learned[-1].result.interrupted:
        console.print(f"interrupted; go on with --world {course.world}")
    if as_json:
        click.echo(json.dumps({"world": course.world, "stages": [_figures(one) for one in learned]}))
    else:
        print_play(results(), [one.result for one in learned])
    return 0 if len(learned) == len(stages) and all(one.result.achieved for one in learned) else 1


def _tell(console: Console, learned: Learned, whole: bool) -> None:
    if learned.diff is None:
        return
    teller(console)(f"{learned.stage.env}: {learned.diff}")
    for line in learned.diff.lines if whole else ():
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        console.print(visible(line), style=colour, markup=False, highlight=False, soft_wrap=True)


def _figures(learned: Learned) -> dict[str, Any]:
    diff, model = learned.diff, learned.model
    reuse = {"kept": len(diff.kept), "changed": list(diff.changed), "added": list(diff.added)} if diff else None
    return learned.result.to_json() | {"world": learned.world, "model": model.id if model else None, "reused": reuse}
