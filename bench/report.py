"""Tables of measured figures with their goals, and where they are kept."""

import json
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
    RESULTS.mkdir(exist_ok=True)
    body = {"lines": [asdict(line) for line in lines], **details}
    (RESULTS / f"{name}.json").write_text(json.dumps(body, indent=1) + "\n")
    return 0 if all(line.reached for line in lines) else 1
