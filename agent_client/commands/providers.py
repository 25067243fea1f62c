"""``worldsmith providers``: what may propose programs, what each needs, and what it costs."""

import json

import click
from rich.table import Table

from agent_client import types
from agent_client.commands.common import json_option, messages, results, server_options, teller
from agent_client.session import ServerChoice, connect

_EPILOG = """
\b
Examples:
  worldsmith providers
  worldsmith providers openai:gpt-5 "ensemble:inductive,anthropic:claude-sonnet-5"
  worldsmith providers --json
"""


@click.command(epilog=_EPILOG)
@click.argument("specs", nargs=-1, metavar="[SPEC]...")
@server_options
@json_option
def providers(*, specs: tuple[str, ...], where: ServerChoice, as_json: bool) -> int:
    """List what may propose programs: all kinds, or what each SPEC needs and costs.

    Prices are US dollars for a million tokens; whether a key is there is told by the server, which never shows one.
    """
    with connect(where, teller(messages())) as connection:
        found = connection.client.list_providers(specs)
    if as_json:
        click.echo(json.dumps({"providers": [_json(one) for one in found]}))
        return 0
    table = Table("provider", "what it does", "needs", "ready", "$ per million tokens, in and out")
    for one in found:
        table.add_row(one.spec, one.about, one.needs or "nothing", one.missing or "yes", _cost(one))
    results().print(table, markup=False)
    return 0


def _json(one: types.Provider) -> dict[str, object]:
    prices = [{"model": p.model, "input_usd": p.input_usd, "output_usd": p.output_usd} for p in one.prices]
    told = {"spec": one.spec, "about": one.about, "needs": one.needs, "ready": not one.missing}
    return told | {"missing": one.missing, "free": one.free, "usd_per_million_tokens": prices}


def _cost(one: types.Provider) -> str:
    if one.free:
        return "free"
    if not one.prices:
        return "not known beforehand"
    if len(one.prices) <= 3:
        return "; ".join(f"{price.model} {price.input_usd:g} and {price.output_usd:g}" for price in one.prices)
    ins, outs = [price.input_usd for price in one.prices], [price.output_usd for price in one.prices]
    return f"{min(ins):g} to {max(ins):g} and {min(outs):g} to {max(outs):g}, {len(ins)} models (--json)"
