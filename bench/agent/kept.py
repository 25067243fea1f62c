"""Runs that are kept by environment and seed, so that a benchmark may be measured in several commands."""

import hashlib
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Figures = Mapping[str, Any]  # of one run

_ROOT = Path(__file__).parent.parent.parent
_LEARNS_AND_ACTS = ("agent_client/*.py", "sandbox/runtime/**/*.py", "synth_server/inductive/*.py")


def state_of_code() -> str:
    """Eight digits that tell apart states of what learns, plans and acts; kept with each run."""
    digest = hashlib.sha256()
    for pattern in _LEARNS_AND_ACTS:
        for file in sorted(_ROOT.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def merged(before: Sequence[Figures], run: Figures) -> list[Figures]:
    """The runs with this one, which takes the place of one of the same environment and seed."""
    key = _key(run)
    return sorted([*(one for one in before if _key(one) != key), run], key=_key)


def _key(run: Figures) -> tuple[str, int]:
    return run["env"], run["seed"]


def of_states(runs: Sequence[Figures]) -> str:
    """A note where runs were measured in several states of the code, to put behind a figure; else nothing."""
    states = {run.get("code", "") for run in runs}
    return f"; measured in {len(states)} states of the code" if len(states) > 1 else ""


def median_of(firsts: Sequence[int | None]) -> tuple[float, str]:
    """The median of steps, with those that solved nothing as the most; in words."""
    middle = statistics.median(first if first is not None else 10**9 for first in firsts)
    solved = [first for first in firsts if first is not None]
    if not solved:
        return middle, "none solved"
    more = f", {len(firsts) - len(solved)} not solved" if len(solved) < len(firsts) else ""
    told = f"{middle:.0f} ({min(solved)} to {max(solved)}{more})" if middle < 10**8 else f"most not solved{more}"
    return middle, told
