"""``worldsmith check``: a program against a file of transitions."""

import json
from pathlib import Path

import click

from agent_client.commands.common import (
    json_option,
    messages,
    read_data,
    results,
    server_options,
    teller,
    world_of,
)
from agent_client.commands.synthesize import submit
from agent_client.output import evaluation_json, print_evaluation
from agent_client.session import ServerChoice, connect
from agent_client.types import Status

_EPILOG = """
\b
Examples:
  worldsmith check model/model.py steps.jsonl
  worldsmith check mine.py steps.jsonl --json
"""


@click.command(epilog=_EPILOG)
@click.argument("model", metavar="MODEL.py", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("data", metavar="DATA.jsonl")
@server_options
@json_option
def check(*, model: Path, data: str, where: ServerChoice, as_json: bool) -> int:
    """Check how well MODEL.py predicts the transitions in DATA.jsonl (`-`: standard input).

    The program runs in the server's sandbox only. Exit code 0 means that it predicts every transition and that
    rewards are reachable under it; else 1.
    """
    dataset = read_data(data)
    try:
        source = model.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"cannot read {model}: {error}") from error
    world = world_of(dataset, data)
    with connect(where, teller(messages())) as connection:
        submit(connection.client, world, dataset)
        evaluation = connection.client.evaluate(world.name, source)
    if as_json:
        click.echo(json.dumps(evaluation_json(evaluation)))
    else:
        print_evaluation(results(), evaluation)
    return 0 if evaluation.status is Status.VERIFIED else 1
