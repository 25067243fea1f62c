"""``worldsmith models``: what a server holds."""

import json
from datetime import UTC, datetime
from itertools import islice

import click
from rich.table import Table

from agent_client.commands.common import json_option, messages, results, server_options, teller
from agent_client.output import evaluation_json, share
from agent_client.session import ServerChoice, connect

_EPILOG = """
\b
Examples:
  worldsmith models
  worldsmith models --server localhost:50051 --limit 5 --json
"""


@click.command(epilog=_EPILOG)
@click.option("--world", default="", help="Only models of this world.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Most models to list.")
@server_options
@json_option
def models(*, world: str, limit: int, where: ServerChoice, as_json: bool) -> int:
    """List the models that a server holds, newest first."""
    with connect(where, teller(messages())) as connection:
        found = list(islice(connection.client.list_models(world), limit))
    if as_json:
        rows = [
            {"id": m.id, "world": m.world, "provider": m.provider, "lines": m.lines, "created": m.created}
            | evaluation_json(m.evaluation)
            for m in found
        ]
        click.echo(json.dumps({"models": rows}))
        return 0
    if not found:
        click.echo("no models yet; learn one with `worldsmith play` or `worldsmith synthesize`")
        return 0
    table = Table("id", "world", "provider", "lines", "status", "fit", "made")
    for m in found:
        made = datetime.fromtimestamp(m.created, UTC).strftime("%Y-%m-%d %H:%M")
        status = m.evaluation.status.value
        table.add_row(m.id, m.world, m.provider, str(m.lines), status, share(m.evaluation.fit), made)
    results().print(table)
    return 0
