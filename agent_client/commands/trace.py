"""``worldsmith trace``: a whole search, afterwards or while it runs."""

import json
import time
from pathlib import Path

import click

from agent_client import types
from agent_client.client import Client
from agent_client.commands.common import json_option, messages, results, server_options, teller
from agent_client.errors import WorldsmithError
from agent_client.files import write_atomically
from agent_client.session import ServerChoice, connect
from agent_client.trace.export import trace_json
from agent_client.trace.page import page
from agent_client.trace.report import print_trace
from agent_client.trace.story import Story, told

_EPILOG = """
\b
Examples:
  worldsmith trace s-4f1c09
  worldsmith trace s-4f1c09 --html search.html
  worldsmith trace s-4f1c09 --server localhost:50051 --full --json
"""


@click.command(epilog=_EPILOG)
@click.argument("synthesis", metavar="ID")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the search as one HTML page.")
@click.option("--full", is_flag=True, help="Show prompts and replies, too (the page always has them).")
@server_options
@json_option
def trace(*, synthesis: str, html: Path | None, full: bool, where: ServerChoice, as_json: bool) -> int:
    """Show the search of synthesis ID: its tree, and of each candidate what was asked for, how it did, what changed.

    `worldsmith synthesize` prints the ID, `worldsmith syntheses` lists those that a server holds. A search that still
    runs is shown as far as it is.
    """
    with connect(where, teller(messages())) as connection:
        which, story = _read(connection.client, synthesis)
    if html is not None:
        _write(html, page(which, story, time.time()))
    if as_json:
        click.echo(json.dumps(trace_json(which, story, full=full)))
    elif html is not None:
        click.echo(f"wrote {html}")
    else:
        print_trace(results(), which, story, full=full)
    return 0


def _read(client: Client, synthesis: str) -> tuple[types.Synthesis, Story]:
    """State first: a search that ends meanwhile is told whole, under the state that it had."""
    which = client.get_synthesis(synthesis)
    return which, told(client.trace(synthesis))


def _write(path: Path, text: str) -> None:
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise WorldsmithError(f"cannot write {path}: {error.strerror or error}") from error
