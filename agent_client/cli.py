"""The command ``worldsmith``. Exit codes: 0 achieved, 1 ran and did not achieve, 2 wrong use or an error."""

import importlib
import sys
from difflib import get_close_matches
from importlib.metadata import entry_points

import click

from agent_client.errors import WorldsmithError
from sandbox.contract import SandboxUnavailableError
from sandbox.data.jsonl import DataError

_OWN = (
    "play",
    "learn",
    "synthesize",
    "check",
    "check-env",
    "doctor",
    "plan",
    "models",
    "syntheses",
    "trace",
    "providers",
)
_EPILOG = """
\b
Start here:
  worldsmith play minigrid:MiniGrid-DoorKey-5x5-v0
  worldsmith synthesize steps.jsonl --out model/
  worldsmith check model/model.py steps.jsonl
  worldsmith plan model/model.py --env minigrid:MiniGrid-DoorKey-5x5-v0
"""


class Commands(click.Group):
    """The commands of this package, and those that other packages register under ``worldsmith.commands``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, the client's own first."""
        return [*_OWN, *sorted(entry.name for entry in entry_points(group="worldsmith.commands"))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; one whose package is not installed explains itself when it is run."""
        if cmd_name in _OWN:
            own = cmd_name.replace("-", "_")
            command: click.Command = getattr(importlib.import_module(f"agent_client.commands.{own}"), own)
            return command
        for entry in entry_points(group="worldsmith.commands"):
            if entry.name == cmd_name:
                try:
                    loaded: click.Command = entry.load()
                except ImportError as error:
                    return _missing(cmd_name, str(error))
                return loaded
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; a name that there is none of is told with the nearest."""
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(self.list_commands(ctx))}"
            ctx.fail(f"there is no command `{args[0]}`; {hint}")
        return super().resolve_command(ctx, args)


@click.command(cls=Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="worldsmith")
def cli() -> None:
    """Learn world models as code.

    Worldsmith turns observed transitions of a symbolic environment into a short Python program that predicts them,
    checked in a sandbox and signed; agents plan with it. Without --server, commands start a server for themselves.
    """


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and ends the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
    return guarded(cli, arguments, "worldsmith")


def guarded(command: click.Command, arguments: list[str] | None, name: str) -> int:
    """Runs a command: one line on standard error and code 2 for whatever the user can put right."""
    try:
        code = command.main(args=arguments, prog_name=name, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        hint = f" (see `{context.command_path} --help`)" if context is not None else ""
        return _refuse(error.format_message() + hint)
    except (WorldsmithError, DataError, SandboxUnavailableError) as error:
        return _refuse(str(error))
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 1
    return code if isinstance(code, int) else 0


def _refuse(message: str) -> int:
    click.echo(f"error: {' '.join(message.split())}", err=True)
    return 2


def _missing(name: str, why: str) -> click.Command:
    def explain() -> None:
        raise click.ClickException(f"`{name}` needs more than the client: pip install 'worldsmith[server]' ({why})")

    return click.Command(
        name,
        callback=explain,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
        short_help="(not installed: pip install 'worldsmith[server]')",
    )
