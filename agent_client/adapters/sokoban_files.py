"""Files of Sokoban levels: Boxoban's (a line ``; N`` above each level) and XSB, as Microban and many others have them.

Marks are those of :func:`agent_client.adapters.sokoban_levels.parse`. What is no row of a level may be a title, which
stands above its level, or below it after ``Title:``; anything else, such as ``Author:``, is passed over.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent_client.adapters.sokoban_levels import MARKS, Level, parse

_ROW = re.compile(rf"[{re.escape(MARKS)}]*#[{re.escape(MARKS)}]*")
_TITLE = re.compile(r"\s*title\s*:\s*(.*)", re.IGNORECASE)
_OTHER = re.compile(r"\s*[A-Za-z][\w -]*:")


class LevelFileError(ValueError):
    """A file of levels, or one of its levels, cannot be used; the text names file, level and reason."""


@dataclass(frozen=True)
class Drawing:
    """A level as it stands in a file: its title, if any, the number of its first line, its rows."""

    title: str
    line: int
    rows: tuple[str, ...]


class LevelFile:
    """The levels of a file, in its order."""

    def __init__(self, path: str) -> None:
        """Reads the file; its levels are looked at when they are asked for.

        Raises:
            LevelFileError: it cannot be read, or holds no level.
        """
        self.path = path
        try:
            text = Path(path).read_bytes().decode("utf-8-sig", "replace")
        except OSError as error:
            raise LevelFileError(f"cannot read {path}: {error.strerror}") from error
        self.drawings = drawings(text)
        if not self.drawings:
            raise LevelFileError(f"{path} holds no level; rows of a level are made of {MARKS}")

    def __len__(self) -> int:
        return len(self.drawings)

    def all(self) -> list[Level]:
        """Every level.

        Raises:
            LevelFileError: one of them is none.
        """
        return [self._level(place) for place in range(len(self.drawings))]

    def named(self, name: str) -> Level:
        """The level of this title, or else of this place, counted from 1.

        Raises:
            LevelFileError: there is none, or it is no level.
        """
        return self._level(self._place(name.strip()))

    def _place(self, name: str) -> int:
        for place, drawing in enumerate(self.drawings):
            if drawing.title == name:
                return place
        numbered = any(drawing.title.isdecimal() for drawing in self.drawings)
        if not numbered and name.isdecimal() and 1 <= int(name) <= len(self.drawings):
            return int(name) - 1
        first, last = (self._name(place) for place in (0, len(self.drawings) - 1))
        raise LevelFileError(f"{self.path} has no level `{name}`; its levels go from {first} to {last}")

    def _name(self, place: int) -> str:
        return self.drawings[place].title or str(place + 1)

    def _level(self, place: int) -> Level:
        drawing = self.drawings[place]
        try:
            level = parse("\n".join(drawing.rows))
            if level.boxes == level.targets:
                raise ValueError("every box is on a target already")
        except ValueError as error:
            where = f"level {self._name(place)} (line {drawing.line})"
            raise LevelFileError(f"{self.path}: {where}: {error}") from None
        return level


def drawings(text: str) -> list[Drawing]:
    """The levels in a text, not yet looked at."""
    found: list[Drawing] = []
    title, rows = "", list[str]()
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        row = line.rstrip()
        if _is_row(row, bool(rows)):
            rows.append(row)
            continue
        if rows:
            found.append(Drawing(title, number - len(rows), tuple(rows)))
            title, rows = "", []
        title = _noted(row, title, found)
    return found


def _is_row(line: str, inside: bool) -> bool:
    """Inside a level, a row with a strange mark is a row too, so that it is told and does not cut the level in two."""
    return _ROW.fullmatch(line) is not None or (inside and line.strip(" -_").startswith("#") and line.endswith("#"))


def _noted(line: str, title: str, found: list[Drawing]) -> str:
    """The title of the level to come; a title below a level goes to that one."""
    told = _TITLE.fullmatch(line)
    if told is not None and not title and found and not found[-1].title:
        found[-1] = Drawing(told[1].strip(), found[-1].line, found[-1].rows)
        return ""
    if told is not None:
        return told[1].strip()
    if not line.strip() or _OTHER.match(line):
        return title
    return line.strip().lstrip(";'").strip()


def chosen(path: str, name: str) -> Sequence[Level]:
    """The level of a file that has this name, or all of them for an empty name.

    Raises:
        LevelFileError: there is no such file or level, or it is no level.
    """
    file = LevelFile(path)
    return [file.named(name)] if name else file.all()
