"""What the commands share: options, where messages go, and how data are read."""

import functools
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from agent_client import model_files, types
from agent_client.adapters.registry import MissingPackageError
from agent_client.errors import WorldsmithError
from agent_client.session import Connection, ServerChoice
from sandbox.data.jsonl import Dataset, read
from sandbox.data.records import Start, World, data_digest


def server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options by which every command finds a server; the command gets them as ``where``."""

    @functools.wraps(command)
    def bundled(*, server: str | None, data_dir: Path | None, trust_key: str | None, **others: Any) -> Any:
        return command(where=ServerChoice(server, data_dir, trust_key), **others)

    wrapped: Callable[..., Any] = bundled
    for option in (
        click.option(
            "--trust-key",
            metavar="FINGERPRINT|FILE",
            help="Accept only this server key. Default: the key first met at an address is kept.",
        ),
        click.option(
            "--data-dir",
            type=click.Path(file_okay=False, path_type=Path),
            help="Where the embedded server keeps its data. [default: ~/.local/share/worldsmith]",
        ),
        click.option(
            "--server", metavar="HOST:PORT", help="A running server. Default: an embedded one, for this command only."
        ),
    ):
        wrapped = option(wrapped)
    return wrapped


_PIPE_WIDTH = 140
seconds_option = click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    help="Time cap of a synthesis.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line of stdout.")


def messages() -> Console:
    """Where progress and notices go: standard error, so that results alone are on standard output."""
    return Console(stderr=True)


def results() -> Console:
    """Where results go; in a pipe lines are as long as tables need."""
    return Console() if sys.stdout.isatty() else Console(width=_PIPE_WIDTH)


def teller(console: Console) -> Callable[[str], None]:
    """Prints a notice to ``console``, as it is."""
    return lambda line: console.print(line, style="dim", markup=False, highlight=False, soft_wrap=True)


def gif_writer() -> Callable[[Sequence[Any], Path], None]:
    """What writes pictures as a GIF.

    Raises:
        MissingPackageError: Pillow is not installed.
    """
    try:
        writer: Callable[[Sequence[Any], Path], None] = import_module("agent_client.render").write_gif
    except ModuleNotFoundError as error:
        raise MissingPackageError(f"GIFs need {error.name}; install it with: pip install 'worldsmith[envs]'") from None
    return writer


def write_model(out: Path, model: types.Model, connection: Connection) -> None:
    """Writes model and certificate into a folder.

    Raises:
        WorldsmithError: they cannot be written.
    """
    try:
        model_files.write(out, model, connection.key)
    except OSError as error:
        raise WorldsmithError(
            f"cannot write to {out}: {error.strerror}; the model is kept by the server as {model.id}"
        ) from error


def read_data(path: str) -> Dataset:
    """The data in a file, or on standard input for ``-``.

    Raises:
        DataError: a line is malformed.
        click.UsageError: there is no such file, or no transition in it.
    """
    name = "<stdin>" if path == "-" else path
    try:
        if path == "-":
            dataset = read(sys.stdin.buffer, name)
        else:
            with Path(path).open("rb") as file:
                dataset = read(file, name)
    except OSError as error:
        raise click.UsageError(f"cannot read {path}: {error.strerror}") from error
    if not dataset.transitions:
        raise click.UsageError(f"{name} holds no transition; write one JSON object a line (see docs/data.md)")
    return dataset


def world_of(dataset: Dataset, path: str) -> World:
    """The world of a file, under a name that stands for this very definition and data.

    So the same file is the same world at a server, and a changed file is another one.
    """
    told = dataset.world or World("data" if path == "-" else Path(path).stem)
    mark = data_digest(dataset.transitions, dataset.starts)[:8] + told.schema_digest()[:4]
    return World(f"{told.name}-{mark}", told.description, told.actions, told.success)


def read_situation(path: str) -> tuple[Start, World | None]:
    """The state in a file, or on standard input for ``-``, with its goal, and the world if the file tells it.

    The file holds a JSON array of objects, or data (JSON Lines); of these the first start, or else the first state.

    Raises:
        DataError: it is malformed.
        click.UsageError: there is no such file, or no state in it.
    """
    name = "<stdin>" if path == "-" else path
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise click.UsageError(f"cannot read {path}: {error.strerror}") from error
    if data.lstrip().startswith(b"["):  # on one line, as data are; no JSON text has a line end of its own
        data = b'{"state": ' + b" ".join(data.splitlines()) + b', "goal": ""}'
    dataset = read([line for line in data.splitlines() if line.strip()], name)
    rows = [*dataset.starts, *(Start(row.state, row.goal) for row in dataset.transitions)]
    if not rows:
        raise click.UsageError(f"{name} holds no state; write a JSON array of objects (see docs/data.md)")
    return rows[0], dataset.world
