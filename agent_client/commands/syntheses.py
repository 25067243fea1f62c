"""``worldsmith syntheses``: the searches that a server holds."""

import json
from datetime import UTC, datetime
from itertools import islice

import click
from rich.table import Column, Table
from rich.text import Text

from agent_client import types
from agent_client.commands.common import json_option, messages, results, server_options, teller
from agent_client.session import ServerChoice, connect
from agent_client.trace.safe import one_line
from agent_client.trace.wording import cost

_EPILOG = """
\b
Examples:
  worldsmith syntheses
  worldsmith syntheses --server localhost:50051 --limit 5 --json
"""


@click.command(epilog=_EPILOG)
@click.option("--world", default="", help="Only searches for models of this world.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Most searches to list.")
@server_options
@json_option
def syntheses(*, world: str, limit: int, where: ServerChoice, as_json: bool) -> int:
    """List the searches that a server holds, newest first; `worldsmith trace ID` shows one."""
    with connect(where, teller(messages())) as connection:
        found = list(islice(connection.client.list_syntheses(world), limit))
    if as_json:
        click.echo(json.dumps({"syntheses": [_json(one) for one in found]}))
        return 0
    if not found:
        click.echo("no searches yet; start one with `worldsmith play` or `worldsmith synthesize`")
        return 0
    table = Table(
        Column("id", no_wrap=True), "world", "provider", "state", "candidates", "calls", "tokens", "cost", "begun"
    )
    for one in found:
        totals, begun = one.totals, datetime.fromtimestamp(one.created, UTC).strftime("%Y-%m-%d %H:%M")
        state = f"{one.state.value}: {one.reason}" if one.reason else one.state.value
        counts = (totals.candidates, totals.provider_calls, totals.tokens)
        cells = [one.id, one.world, one.provider, state, *map(str, counts), cost(totals.cost_usd), begun]
        table.add_row(*(Text(one_line(cell)) for cell in cells))
    results().print(table)
    return 0


def _json(one: types.Synthesis) -> dict[str, object]:
    totals = one.totals
    told = {"id": one.id, "world": one.world, "provider": one.provider, "state": one.state.value, "reason": one.reason}
    spent = {"candidates": totals.candidates, "provider_calls": totals.provider_calls, "tokens": totals.tokens}
    return told | spent | {"cost_usd": totals.cost_usd, "model": one.model or None, "created": one.created}
