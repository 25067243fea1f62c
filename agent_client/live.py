"""Watching a play: a live view on a terminal, plain lines in a pipe."""

import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Protocol

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent_client.describe import actions, describe
from agent_client.events import (
    Decided,
    EpisodeEnded,
    EpisodeStarted,
    Event,
    ModelMissing,
    ModelReceived,
    Planned,
    Stepped,
    SynthesisBegan,
    SynthesisProgress,
    WentOn,
)
from agent_client.explore import Move
from agent_client.trace.safe import one_line
from agent_client.trace.story import Story
from agent_client.trace.tree import SearchTree
from agent_client.trace.wording import standing
from sandbox.contract import Verdict

_LINES = 10
_ROWS = 5  # of the search's tree
_DOING = {
    Move.TRY: "trying",
    Move.LEARN: "waiting for a model",
    Move.FOLLOW: "following the plan",
    Move.ASK: "making an experiment",
    Move.SEEK: "seeking what it never did",
    Move.GUESS: "guessing",
    Move.ABANDON: "giving this episode up",
}


class View(Protocol):
    """Shows a play while it runs. Call it with each event; use it as a context manager."""

    def __call__(self, event: Event) -> None:
        """Shows an event."""
        ...

    def __enter__(self) -> "View": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def view(console: Console, env: str, picture: Callable[[], str], pause: float = 0.02) -> View:
    """The view that suits where ``console`` writes to. ``pause`` is the seconds a step is shown on a terminal."""
    return LiveView(console, env, picture, pause) if console.is_terminal else PlainView(console)


class PlainView:
    """One line for what is worth one."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> "PlainView":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def __call__(self, event: Event) -> None:
        """Prints an event."""
        line = describe(event)
        if line:
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)


class LiveView:
    """The picture of the environment, the plan, figures and the last messages, redrawn in place."""

    def __init__(self, console: Console, env: str, picture: Callable[[], str], pause: float) -> None:
        self._env = env
        self._picture = picture
        self._pause = pause
        self._figures: dict[str, str] = {}
        self._messages: deque[str] = deque(maxlen=_LINES)
        self._surprises = 0
        self._search = Story()
        self._shown = Text("")
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> "LiveView":
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def __call__(self, event: Event) -> None:
        """Takes an event in and redraws."""
        self._note(event)
        line = describe(event)
        if line:
            self._messages.append(line)
        if isinstance(event, EpisodeStarted | Stepped):
            self._shown = Text.from_ansi(self._picture())
        self._live.update(self._drawn(), refresh=True)
        if isinstance(event, Stepped):
            time.sleep(self._pause)

    def _note(self, event: Event) -> None:
        figures = self._figures
        if isinstance(event, WentOn):
            figures["world"] = one_line(event.world)
        elif isinstance(event, EpisodeStarted):
            figures["episode"] = str(event.number)
            figures["goal"] = event.goal or "-"
        elif isinstance(event, Stepped):
            self._surprises += event.surprise is not None
            figures["step"] = str(event.number)
            figures["surprises"] = str(self._surprises)
        elif isinstance(event, Planned):
            found = event.plan.verdict is Verdict.FOUND
            figures["plan"] = actions(step.action for step in event.plan.steps) if found else event.plan.verdict.value
        elif isinstance(event, Decided):
            figures["doing"] = _DOING[event.decision.move]
            figures["because"] = event.decision.reason
        elif isinstance(event, SynthesisBegan):
            figures["syntheses"] = str(event.number)
            figures.pop("search", None)
            self._search = Story()
        elif isinstance(event, SynthesisProgress):
            self._search.take(event.event)
        elif isinstance(event, ModelReceived | ModelMissing):
            figures["search"] = f"{self._search.synthesis}: {standing(self._search)}"
        if isinstance(event, ModelReceived):
            figures["model"] = f"{event.model.lines} lines, {event.model.evaluation.status.value}"
        elif isinstance(event, EpisodeEnded):
            figures["doing"] = event.why

    def _drawn(self) -> RenderableType:
        table = Table(show_header=False, box=None, pad_edge=False)
        table.add_column(style="dim")
        table.add_column()
        for name, value in self._figures.items():
            table.add_row(name, Text(value))
        messages = Text("\n".join(self._messages), style="dim", no_wrap=True, overflow="ellipsis")
        parts: list[RenderableType] = [Columns([self._shown, table], padding=(0, 4)), Text("")]
        if self._search.synthesis and self._search.finished is None:
            parts.append(SearchTree(self._search, f"search {one_line(self._search.synthesis)}", _ROWS))
        return Panel(Group(*parts, messages), title=self._env)
