"""Observed transitions as prompts see them: what kind of effect each shows, and which to show."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sandbox.data.records import Transition
from synth_server.verify.words import kinds_of_change

LOOKED_AT = 2_000  # rows from which examples are drawn, where there are more
_REMEMBERED = 4_096


@dataclass(frozen=True, eq=False)
class Shown:
    """One observed row. ``effect`` is alike for rows that show the same: action, kind of change, reward, end."""

    transition: Transition
    digest: str
    effect: tuple[object, ...]
    changes: bool


def reader() -> Callable[[Transition], Shown]:
    """Works out what there is to know of a row, once; keeps the last few thousand."""
    return lru_cache(maxsize=_REMEMBERED)(_read)


def _read(row: Transition) -> Shown:
    kinds = kinds_of_change(row.state, row.next_state)
    sign = (row.reward > 0) - (row.reward < 0)
    return Shown(row, row.digest(), (row.action.name, kinds, sign, row.done), bool(kinds))


def sample(rows: Sequence[Transition], draw: random.Random) -> list[Transition]:
    """All of the rows, or as many as are looked at, in their order."""
    if len(rows) <= LOOKED_AT:
        return list(rows)
    return [rows[i] for i in sorted(draw.sample(range(len(rows)), LOOKED_AT))]


def by_information(rows: Iterable[Shown], draw: random.Random) -> list[Shown]:
    """The rows in the order in which to show them: each effect once, then each twice, and so on.

    Within a round what pays or ends goes first, then changes, then rows that show where an action does nothing.
    """
    groups: dict[tuple[object, ...], list[Shown]] = {}
    for row in rows:
        groups.setdefault(row.effect, []).append(row)
    for group in groups.values():
        draw.shuffle(group)
    ranked: list[tuple[int, int, float, Shown]] = []
    for group in map(_goals_first, groups.values()):
        ranked += [(turn, _rank(row), draw.random(), row) for turn, row in enumerate(group)]
    ranked.sort(key=lambda item: item[:3])
    return [item[3] for item in ranked]


def _goals_first(group: Sequence[Shown]) -> list[Shown]:
    """One row of each goal first, then the others."""
    first = {row.transition.goal: row for row in reversed(group)}
    return sorted(group, key=lambda row: first[row.transition.goal] is not row)


def _rank(row: Shown) -> int:
    if row.transition.reward > 0 or row.transition.done:
        return 0
    return 1 if row.changes else 2
