"""``python -m agent_client.demo``: an agent learns two worlds from nothing, and what it learned is laid out.

Leaves in the folder of ``--out``: ``summary.json``; for each world the model, its certificate and an animation of each
solved episode. Exit code 0 when every world was solved, else 1; 2 for an error.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from agent_client import model_files, types
from agent_client.adapters import registry
from agent_client.agent import PlaySettings
from agent_client.cli import guarded
from agent_client.commands.common import results
from agent_client.commands.play import recorder
from agent_client.errors import WorldsmithError
from agent_client.files import write_atomically
from agent_client.learning import LearnSettings
from agent_client.live import view
from agent_client.output import print_play
from agent_client.playing import PlayRequest, play
from agent_client.result import PlayResult
from agent_client.session import Connection, ServerChoice, connect

WORLDS = ("minigrid:MiniGrid-DoorKey-5x5-v0", "sokoban:7x7-2")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("runs/demo"), help="Results.")
@click.option("--env", "envs", multiple=True, metavar="ENV", default=WORLDS, show_default=True, help="Environments.")
@click.option("--provider", default="inductive", show_default=True, help="Who proposes programs.")
@click.option("--episodes", type=click.IntRange(min=1), default=3, show_default=True, help="Solved episodes a world.")
@click.option("--max-steps", type=click.IntRange(min=1), default=2000, show_default=True, help="Most steps a world.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of levels and choices.")
def demo(*, out: Path, envs: Sequence[str], provider: str, episodes: int, max_steps: int, seed: int) -> int:
    """Watch an agent learn worlds from nothing."""
    console = results()
    request = PlayRequest(
        learn=LearnSettings(provider=provider, seed=seed), play=PlaySettings(episodes, seed, max_steps)
    )
    console.print("starting a server of our own ...")
    with connect(ServerChoice(data_dir=out / "server"), console.print) as connection:
        played = [_learn(console, connection, env, request, out) for env in envs]
    print_play(console, [result for result, _ in played])
    solved = all(result.first_solved is not None for result, _ in played)
    summary = {"solved": solved, "worlds": [row for _, row in played]}
    write_atomically(out / "summary.json", (json.dumps(summary, indent=2) + "\n").encode())
    console.print(f"models, certificates, animations and summary.json are in {out}", soft_wrap=True)
    return 0 if solved else 1


def _learn(
    console: Console, connection: Connection, env: str, request: PlayRequest, out: Path
) -> tuple[PlayResult, dict[str, Any]]:
    """Plays one environment and writes what came of it; the figures, and the row of the summary."""
    game = registry.make(env)
    name = env.replace(":", "-")
    gifs = recorder(game, out / f"{name}.gif")
    try:
        with view(console, env, game.picture) as shown:
            result, model = play(game, connection, request, [shown, gifs])
    finally:
        game.close()
    if result.interrupted:
        raise KeyboardInterrupt
    row = result.to_json() | {"solved": result.first_solved is not None, "model": None, "certificate": None}
    if model is not None:
        row |= _lay_out(out, name, model, connection)
    return result, row | {"gifs": [path.name for path in gifs.written]}


def _lay_out(out: Path, name: str, model: types.Model, connection: Connection) -> dict[str, str]:
    try:
        text, certificate = model_files.write(out, model, connection.key, name)
    except OSError as error:
        raise WorldsmithError(f"cannot write to {out}: {error.strerror}") from error
    return {"model": text.name, "certificate": certificate.name, "status": model.evaluation.status.value}


if __name__ == "__main__":
    sys.exit(guarded(demo, None, "demo"))
