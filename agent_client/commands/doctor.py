"""``worldsmith doctor``: what is wrong with a file of transitions, before anything is learned from it."""

import json

import click
from rich.table import Table
from rich.text import Text

from agent_client.commands.common import json_option, read_data, results
from sandbox.data.doctor import Report, Severity, examine

_EPILOG = """
\b
Examples:
  worldsmith doctor steps.jsonl
  worldsmith doctor steps.jsonl --json
"""
_STYLES = {Severity.PROBLEM: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


@click.command(epilog=_EPILOG)
@click.argument("data", metavar="DATA.jsonl")
@json_option
def doctor(*, data: str, as_json: bool) -> int:
    """Examine the transitions in DATA.jsonl (`-`: standard input): contradictions, chance, missing experience.

    Nothing is learned and no server is started. Exit code 0 means that there is no problem (warnings there may be),
    1 that some rows cannot be explained by any program.
    """
    dataset = read_data(data)
    report = examine(dataset.transitions, dataset.starts, dataset.world.actions if dataset.world else ())
    if as_json:
        click.echo(json.dumps({"status": "verified" if report.healthy else "failed", **report.to_json()}))
    else:
        _print(report)
    return 0 if report.healthy else 1


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
