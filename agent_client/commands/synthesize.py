"""``worldsmith synthesize``: from a file of transitions to a checked, signed model."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from agent_client import files, trust, types
from agent_client.client import Client
from agent_client.commands.common import (
    json_option,
    messages,
    read_data,
    results,
    server_options,
    teller,
    world_of,
    write_model,
)
from agent_client.describe import ending
from agent_client.errors import WorldsmithError
from agent_client.output import print_evaluation, synthesis_json
from agent_client.session import ServerChoice, connect
from agent_client.trace.watching import Watcher, watcher
from sandbox.data.jsonl import Dataset
from sandbox.data.records import World
from sandbox.runtime_text import runtime_digest

_EPILOG = """
\b
Examples:
  worldsmith synthesize steps.jsonl --out model/
  worldsmith synthesize steps.jsonl --provider openai:gpt-5 --seconds 300 --usd 2 --parallel 4 --out model/
  cat steps.jsonl | worldsmith synthesize - --out model/ --json
"""


@click.command(epilog=_EPILOG)
@click.argument("data", metavar="DATA.jsonl")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the model.")
@click.option("--provider", default="", metavar="P", help="Who proposes programs. [default: the server's]")
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True, help="Time cap."
)
@click.option("--candidates", type=click.IntRange(min=1), help="Most programs to try. [default: the server's]")
@click.option("--calls", type=click.IntRange(min=1), help="Most calls of the provider. [default: the server's]")
@click.option("--tokens", type=click.IntRange(min=1), help="Most tokens to spend. [default: the server's]")
@click.option(
    "--usd", type=click.FloatRange(min=0, min_open=True), help="Most US dollars to spend. [default: the server's]"
)
@click.option(
    "--strategy",
    default="",
    metavar="NAME",
    help="How to search: rex, rex-beta, greedy, breadth-first or best-of-n. [default: rex]",
)
@click.option("--parallel", type=click.IntRange(min=1), default=1, show_default=True, help="Requests made at a time.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the search.")
@server_options
@json_option
def synthesize(
    *,
    data: str,
    out: Path,
    provider: str,
    seconds: float,
    candidates: int | None,
    calls: int | None,
    tokens: int | None,
    usd: float | None,
    strategy: str,
    parallel: int,
    seed: int,
    where: ServerChoice,
    as_json: bool,
) -> int:
    """Learn a world model from the transitions in DATA.jsonl (`-`: standard input).

    Writes model.py and certificate.json into the folder of --out. Exit code 0 means verified: the model predicts
    every transition and rewards are reachable under it; 1 that the best so far, if any, was written.
    """
    dataset, console = read_data(data), messages()
    world = world_of(dataset, data)
    budget = types.Budget(seconds, candidates or 0, calls or 0, tokens or 0, usd or 0.0)
    with connect(where, teller(console)) as connection:
        submit(connection.client, world, dataset)
        events = connection.client.synthesize(
            world.name, provider=provider, budget=budget, seed=seed, strategy=strategy, parallel=parallel
        )
        synthesis, finished = _search(connection.client, events, watcher(console, kept_by(where)))
        model = finished.model
        if model is not None:
            trust.verify(model, connection.key, runtime_digest())
            write_model(out, model, connection)
        nothing = types.Evaluation.nothing(len({row.digest() for row in dataset.transitions}), connection.info.sandbox)
    teller(console)(f"the whole search: {trace_command(synthesis, where)}")
    if as_json:
        click.echo(json.dumps(synthesis_json(finished, nothing) | {"synthesis": synthesis}))
    elif model is not None:
        print_evaluation(results(), model.evaluation)
        click.echo(f"wrote {out / 'model.py'} ({model.lines} lines) and {out / 'certificate.json'}")
    else:
        click.echo(f"no model was found: {ending(finished.reason)}")
    return 0 if finished.status is types.Status.VERIFIED else 1


def submit(client: Client, world: World, dataset: Dataset) -> None:
    """Creates the world and hands over its data."""
    client.create_world(world)
    client.submit(world.name, dataset.transitions, dataset.starts)


def kept_by(where: ServerChoice) -> str:
    """Which server keeps what happens, in words."""
    return f"the server at {where.server}" if where.server else f"the embedded server in {_folder(where)}"


def trace_command(synthesis: str, where: ServerChoice) -> str:
    """What shows a search of that server's."""
    command = ["worldsmith", "trace", synthesis]
    if where.server:
        command += ["--server", where.server]
    elif where.data_dir is not None:
        command += ["--data-dir", str(where.data_dir)]
    return shlex.join(command)


def _folder(where: ServerChoice) -> Path:
    return where.data_dir or files.data_dir()


def _search(client: Client, events: Iterator[types.SynthesisEvent], show: Watcher) -> tuple[str, types.Finished]:
    """Shows the search while it runs; gives its id and how it ended. Ctrl-C cancels it."""
    running = ""
    try:
        with show:
            for event in events:
                running = event.synthesis
                show(event)
                if isinstance(event.body, types.Finished):
                    return running, event.body
    except KeyboardInterrupt:
        if running:
            client.cancel(running)
        raise
    raise WorldsmithError("the synthesis ended without a result; look at the server's log")
