"""``worldsmith doctor``: what is wrong with transitions, before anything is learned from them."""

import json

import click
from rich.table import Table
from rich.text import Text

from agent_client.commands.common import json_option, messages, read_data, results, server_options, teller
from agent_client.session import ServerChoice, connect
from sandbox.data.doctor import Report, Severity, examine

_EPILOG = """
\b
Examples:
  worldsmith doctor steps.jsonl
  worldsmith doctor steps.jsonl --json
  worldsmith doctor --world lamps --server localhost:50051
"""
_STYLES = {Severity.PROBLEM: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


@click.command(epilog=_EPILOG)
@click.argument("data", metavar="[DATA.jsonl]", required=False)
@click.option("--world", default="", help="Examine what a server holds of this world instead of a file.")
@server_options
@json_option
def doctor(*, data: str | None, world: str, where: ServerChoice, as_json: bool) -> int:
    """Examine the transitions in DATA.jsonl (`-`: standard input): contradictions, chance, missing experience.

    Nothing is learned, and for a file no server is started. Exit code 0 means that there is no problem (warnings there
    may be), 1 that some rows cannot be explained by any program.
    """
    if (data is None) == (not world):
        raise click.UsageError("name a file, or a world of a server with --world")
    report = _of_file(data) if data is not None else _of_world(world, where)
    if as_json:
        click.echo(json.dumps({"status": "verified" if report.healthy else "failed", **report.to_json()}))
    else:
        _print(report)
    return 0 if report.healthy else 1


def _of_file(data: str) -> Report:
    dataset = read_data(data)
    return examine(dataset.transitions, dataset.starts, dataset.world.actions if dataset.world else ())


def _of_world(world: str, where: ServerChoice) -> Report:
    with connect(where, teller(messages())) as connection:
        return connection.client.diagnose(world)


def _print(report: Report) -> None:
    console = results()
    console.print(
        f"{report.rows} transitions, {report.distinct} distinct; {report.starts} starts, {report.goals} goals; "
        f"{report.unchanged:.0%} change nothing; {len(report.events)} kinds of event"
    )
    if not report.remarks:
        console.print("Nothing to remark.")
        return
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for remark in report.remarks:
        table.add_row(Text(remark.severity.value, style=_STYLES[remark.severity]), Text(remark.kind), Text(remark.text))
    console.print(table)
