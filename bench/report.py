"""Tables of measured figures with their goals, and where they are kept."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Line:
    """One figure: what was measured, what it came to, what was asked for, and whether that is reached."""

    what: str
    measured: str
    goal: str
    reached: bool


def conclude(name: str, lines: list[Line], details: dict[str, Any]) -> int:
    """Prints the lines, writes them with the details to ``results/NAME.json``; 0 when every goal is reached, else 1."""
    table = Table(title=name)
    for heading in ("figure", "measured", "goal", ""):
        table.add_column(heading)
    for line in lines:
        table.add_row(line.what, line.measured, line.goal, "reached" if line.reached else "MISSED")
    Console().print(table)
    _write(name, lines, details)
    return 0 if all(line.reached for line in lines) else 1


def _write(name: str, lines: list[Line], details: dict[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    body = {"lines": [asdict(line) for line in lines], **details}
    (RESULTS / f"{name}.json").write_text(json.dumps(body, indent=1) + "\n")


class Report:
    """A benchmark of several parts, of which some may be measured and the others' figures stay.

    ``details`` is what was kept of all; ``parts`` are the names of the parts in the order of the table; ``quick`` asks
    the parts for a fast look. What is measured is kept at once, so that a run that is ended loses none of it, unless
    ``keep`` is False: then only what was measured in this run counts.
    """

    def __init__(self, name: str, parts: Sequence[str], *, quick: bool = False, keep: bool = True) -> None:
        self.quick = quick
        self._keeps = keep
        self.details: dict[str, Any] = _kept(name)
        self._name = name
        self._parts = list(parts)
        self._lines: dict[str, list[Line]] = {}  # of the parts that are measured now
        self._new: dict[str, Any] = {}
        self._part, self._open = "", False

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """What is added inside belongs to this part, in place of what was kept of it."""
        self._part, self._lines[name], self._open = name, [], True
        yield
        self._open = False
        self._save()

    def add(self, what: str, measured: str, goal: str, reached: bool) -> None:
        """One figure, printed and kept at once."""
        print(f"{what}: {measured} (goal {goal}){'' if reached else ' MISSED'}", flush=True)
        self._lines[self._part].append(Line(what, measured, goal, reached))
        self._save()

    def keep(self, name: str, what: Any) -> None:
        """Details for the file."""
        self.details[name] = self._new[name] = what
        self._save()

    def end(self) -> int:
        """Prints all figures, of parts that were kept before too; 0 when every goal is reached, else 1."""
        if self._keeps:
            return conclude(self._name, *self._all())
        return 0 if all(line.reached for own in self._lines.values() for line in own) else 1

    def _save(self) -> None:
        if self._keeps:
            _write(self._name, *self._all())

    def _all(self) -> tuple[list[Line], dict[str, Any]]:
        """All lines and details; what another run has kept of other parts meanwhile stays.

        Of a part that is measured now the lines of before stay as long as they were not measured again.
        """
        kept = _kept(self._name)
        known = {line["what"]: Line(**line) for line in kept.pop("lines", [])}
        parts = dict(kept.pop("parts", {}))
        for name, own in self._lines.items():
            whats = [line.what for line in own]
            before = parts.get(name, []) if name == self._part and self._open else []
            parts[name] = [*whats, *(what for what in before if what not in whats)]
        known |= {line.what: line for own in self._lines.values() for line in own}
        ordered = [known[what] for name in self._parts for what in parts.get(name, []) if what in known]
        return ordered, {**kept, **self._new, "parts": parts}


def _kept(name: str) -> dict[str, Any]:
    file = RESULTS / f"{name}.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}
