"""A film of a whole play: every step, with what the agent does and why below it (needs Pillow)."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agent_client.errors import WorldsmithError
from agent_client.events import Decided, EpisodeEnded, EpisodeStarted, Event, ModelReceived, Stepped, SynthesisBegan
from agent_client.explore import Move
from agent_client.trace.safe import one_line

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_FRAMES = 600
_SAYS = {
    Move.TRY: "tries an action",
    Move.FOLLOW: "follows its plan",
    Move.ASK: "asks",
    Move.SEEK: "seeks what it never did",
    Move.GUESS: "guesses",
}


class Film:
    """An observer; :meth:`write` writes what it saw.

    ``frame`` gives the present picture, ``write`` writes pictures with their captions to a file.
    """

    def __init__(self, frame: Callable[[], "Image"], write: Callable[..., None]) -> None:
        self._frame = frame
        self._write = write
        self._frames: list[Image] = []
        self._captions: list[list[str]] = []
        self._goal = ""
        self._step = self._surprises = 0
        self._model = "no model yet"
        self._why = ""

    def __call__(self, event: Event) -> None:
        """Takes an event in."""
        match event:
            case EpisodeStarted():
                self._goal = f"episode {event.number}: {event.goal}"
                self._show("a fresh level")
            case Decided():
                self._why = event.decision.reason if event.decision.move in {Move.ASK, Move.SEEK} else ""
            case SynthesisBegan():
                self._show(f"learns from {event.transitions} transitions: {event.why}")
            case ModelReceived():
                self._model = f"program of {event.model.lines} lines, {event.model.evaluation.status.value}"
            case Stepped():
                self._step, self._surprises = event.number, self._surprises + (event.surprise is not None)
                surprised = " - a surprise!" if event.surprise is not None else ""
                self._show(f"{_SAYS.get(event.move, event.move.value)}: {event.action}{surprised}")
            case EpisodeEnded():
                self._show(f"{event.why} after {event.steps} steps")

    def write(self, path: Path) -> None:
        """Writes the film, the last 600 frames of it.

        Raises:
            WorldsmithError: it cannot be written.
        """
        try:
            self._write(self._frames[-_MOST_FRAMES:], path, captions=self._captions[-_MOST_FRAMES:])
        except OSError as error:
            raise WorldsmithError(f"cannot write {path}: {error.strerror or error}") from error

    def _show(self, what: str) -> None:
        self._frames.append(self._frame())
        told = [self._goal, f"step {self._step}, {self._surprises} surprises; {self._model}", what, self._why]
        self._captions.append([one_line(line) for line in told])
