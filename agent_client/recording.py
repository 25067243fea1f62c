"""Pictures of solved episodes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from agent_client.errors import WorldsmithError
from agent_client.events import EpisodeEnded, EpisodeStarted, Event, Stepped


class Recorder:
    """An observer that writes an animation of each solved episode: ``path``, then ``path`` with -2, -3, ...

    ``frame`` gives the present picture, ``write`` writes pictures to a file. ``written`` lists what was written.
    """

    def __init__(self, frame: Callable[[], Any], write: Callable[[Sequence[Any], Path], None], path: Path) -> None:
        self.written: list[Path] = []
        self._frame = frame
        self._write = write
        self._path = path
        self._frames: list[Any] = []

    def __call__(self, event: Event) -> None:
        """Takes a picture, or writes those of the episode.

        Raises:
            WorldsmithError: the file cannot be written.
        """
        if isinstance(event, EpisodeStarted):
            self._frames = [self._frame()]
        elif isinstance(event, Stepped):
            self._frames.append(self._frame())
        elif isinstance(event, EpisodeEnded) and event.solved:
            number = len(self.written) + 1
            path = self._path if number == 1 else self._path.with_stem(f"{self._path.stem}-{number}")
            try:
                self._write(self._frames, path)
            except OSError as error:
                raise WorldsmithError(f"cannot write {path}: {error.strerror or error}") from error
            self.written.append(path)
