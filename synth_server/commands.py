"""The command ``serve``, which ``worldsmith`` finds by its entry point and ``python -m synth_server`` runs."""

import asyncio
from pathlib import Path
from typing import Any

import click

from sandbox.contract import SandboxUnavailableError
from synth_server.keys import KeyFileError
from synth_server.lock import DirectoryInUseError
from synth_server.log import make_log
from synth_server.prompts.render import PromptsError
from synth_server.providers.keys import KeysFileError
from synth_server.providers.scripted import ScriptError
from synth_server.providers.spec import UnknownProviderError, UnusableProviderError
from synth_server.server import AddressInUseError
from synth_server.serving import serve as run
from synth_server.settings import SettingsError, load
from synth_server.store.protocol import StoreError

REFUSALS = (
    AddressInUseError,
    DirectoryInUseError,
    KeyFileError,
    KeysFileError,
    PromptsError,
    SandboxUnavailableError,
    ScriptError,
    SettingsError,
    StoreError,
    UnknownProviderError,
    UnusableProviderError,
    OSError,
)


class Refusal(click.ClickException):
    """The server cannot start as it was told to; one line says why, and the exit code is that of wrong use."""

    exit_code = 2


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="Settings as a TOML file.")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.  [default: 50051]")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Where data, models and the signing key are kept.")
@click.option("--provider", help="What proposes programs when a caller does not say.  [default: inductive]")
@click.option(
    "--sandbox",
    type=click.Choice(["auto", "docker", "docker-runsc", "jail"]),
    help="What programs run in; auto is Docker when its engine answers, else the jail.  [default: auto]",
)
@click.option("--require-docker", is_flag=True, help="Refuse to start with the jail.")
@click.option("--log", type=click.Choice(["console", "json"]), help="Form of the log.  [default: console]")
@click.option("--port-file", type=click.Path(path_type=Path), help="Write address and key here once ready, as JSON.")
@click.option("--parent-pid", type=int, help="Stop when this process is gone.")
def serve(
    config: Path | None, port_file: Path | None, parent_pid: int | None, require_docker: bool, **chosen: Any
) -> None:
    """Run the synthesis server.

    It takes transitions from agents, finds programs that explain them, checks these in a sandbox, and signs what
    it delivers. Every option is also a setting of the TOML file and an environment variable, such as
    WORLDSMITH_PORT.
    """
    try:
        settings = load(config, require_docker=require_docker or None, **chosen)
        asyncio.run(run(settings, make_log(settings.log), port_file, parent_pid))
    except REFUSALS as error:
        raise Refusal(" ".join(str(error).split())) from None
