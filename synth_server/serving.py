"""A server as a process: signals, the parent's end, the port file, and what it says at start."""

import asyncio
import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click

from sandbox.contract import Sandbox
from synth_server.log import Log
from synth_server.settings import Settings
from synth_server.wiring import Application, chosen_sandbox, running

_PARENT_SECONDS = 0.5  # between two looks at the parent


async def serve(
    settings: Settings,
    log: Log,
    port_file: Path | None = None,
    parent: int | None = None,
    open_sandbox: Callable[[Settings], Sandbox] = chosen_sandbox,
) -> None:
    """Serves until SIGTERM or SIGINT, or until the process ``parent`` is gone.

    ``port_file`` gets ``{"address": ..., "key_fingerprint": ..., "pid": ...}`` when calls are answered.

    Raises:
        OSError: the port file cannot be written.
        Exception: what :func:`synth_server.wiring.running` raises.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    watch = asyncio.create_task(_watch(parent, stop)) if parent is not None else None
    try:
        async with running(settings, log, open_sandbox) as application:
            _announce(application, settings)
            if port_file is not None:
                _write(port_file, application)
            await stop.wait()
            log.info("stopping")
    finally:
        if watch is not None:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch


async def _watch(parent: int, stop: asyncio.Event) -> None:
    """Sets ``stop`` when the parent is gone."""
    child = os.getppid() == parent
    while not stop.is_set():
        if not (os.getppid() == parent if child else _lives(parent)):
            stop.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _PARENT_SECONDS)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _announce(application: Application, settings: Settings) -> None:
    info = application.info
    click.echo(f"Worldsmith {info.version} listens on {application.address}")
    click.echo(f"  sandbox  {info.sandbox}: {info.sandbox_note}")
    click.echo(f"  key      {info.key_fingerprint}")
    click.echo(f"  data     {settings.data_dir}")
    if application.resumed:
        click.echo(f"  resumed  {application.resumed} unfinished synthes{'is' if application.resumed == 1 else 'es'}")


def _write(path: Path, application: Application) -> None:
    """Writes the file whole, or not at all."""
    told = {
        "address": application.address,
        "key_fingerprint": application.info.key_fingerprint,
        "pid": os.getpid(),
    }
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(told) + "\n", encoding="ascii")
    draft.replace(path)
