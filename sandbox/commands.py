"""The commands under ``worldsmith sandbox``, which the command line finds by their entry point."""

import importlib

import click
from rich.console import Console


@click.group()
def sandbox() -> None:
    """Look at what programs are run in."""


@sandbox.command()
@click.option(
    "--backend",
    type=click.Choice(["auto", "docker", "docker-runsc", "jail"]),
    default="auto",
    show_default=True,
    help="What to test; auto takes what a server would.",
)
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def selftest(backend: str, as_json: bool) -> int:
    """Attack the sandbox from inside and see whether it holds.

    Every attack is a small program that tries one way out, past the static policy. Exit code 0 when all are
    contained, 1 when one is not, 2 when the backend cannot be had.
    """
    try:
        # The backends are heavy to import, and `worldsmith --help` imports this module.
        module = importlib.import_module("sandbox.selftest")
    except ImportError as error:
        raise click.ClickException(
            f"the self-test needs more than the client: pip install 'worldsmith[server]' ({error})"
        ) from None
    contained, line = module.selftest(backend, Console(stderr=as_json))
    if as_json:
        click.echo(line)
    return 0 if contained else 1
