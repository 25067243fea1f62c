"""Watching a search: a tree that grows on a terminal, a line an event in a pipe."""

import time
from threading import Lock
from types import TracebackType
from typing import Protocol

from rich.console import Console, ConsoleOptions, RenderableType
from rich.live import Live
from rich.text import Text

from agent_client.trace.safe import one_line
from agent_client.trace.story import Story
from agent_client.trace.tree import SearchTree
from agent_client.trace.wording import counted, event_line
from agent_client.types import SynthesisEvent

_AROUND = 6  # rows of a terminal that are not the tree's
_FEWEST = 4


class Watcher(Protocol):
    """Shows a search while it runs. Call it with each event; use it as a context manager."""

    def __call__(self, event: SynthesisEvent) -> None:
        """Shows an event."""
        ...

    def __enter__(self) -> "Watcher": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def watcher(console: Console, where: str) -> Watcher:
    """What suits the place that ``console`` writes to; ``where`` says in words which server keeps the search."""
    return GrowingTree(console, where) if console.is_terminal else PlainLines(console, where)


class PlainLines:
    """One line an event."""

    def __init__(self, console: Console, where: str) -> None:
        self._console = console
        self._where = where
        self._announced = False

    def __enter__(self) -> "PlainLines":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def __call__(self, event: SynthesisEvent) -> None:
        """Prints an event."""
        if not self._announced:
            self._print(_title(event.synthesis, self._where))
            self._announced = True
        line = event_line(event)
        if line:
            self._print(line)

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


class GrowingTree:
    """The tree, redrawn in place; its last state stays on the terminal."""

    def __init__(self, console: Console, where: str) -> None:
        self._story = Story()
        self._where = where
        self._begun = time.monotonic()
        self._lock = Lock()  # the display's own thread draws, too
        self._live = Live(self, console=console, refresh_per_second=4)

    def __enter__(self) -> "GrowingTree":
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def __call__(self, event: SynthesisEvent) -> None:
        """Takes an event in; it is drawn within a quarter of a second."""
        with self._lock:
            self._story.take(event)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> list[RenderableType]:
        """The tree as it stands, as high as the terminal allows."""
        with self._lock:
            story = self._story
            title = _title(story.synthesis, self._where) if story.synthesis else "searching"
            tree = SearchTree(story, title, max(_FEWEST, console.height - _AROUND))
            drawn: list[RenderableType] = list(tree.__rich_console__(console, options))
            waiting = counted(len(story.pending), "request") + " under way, " if story.pending else ""
            seconds = time.monotonic() - self._begun
            return [*drawn, Text(f"{waiting}{seconds:.0f} s", style="dim", no_wrap=True, overflow="ellipsis")]


def _title(synthesis: str, where: str) -> str:
    return f"synthesis {one_line(synthesis)}, kept by {one_line(where)}"
