"""Tells programs that carry the data from programs that carry rules.

Two kinds of evidence. *What it contains*: tables, numbers and encoded text of the size of the data. *The gap*: it
knows the rows that it was made from and hardly any other. Either alone decides when it is overwhelming; together
they decide sooner. Small tables, named constants and whatever only `uncertain` uses are no evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from synth_server.domain import Finding
from synth_server.verify.contents import Contents
from synth_server.verify.fit import RowFit
from synth_server.verify.rows import Row

KIND = "memoriser"

_GAP_ROWS = 100  # seen rows that show something, before a gap alone says anything
_UNSEEN_ROWS = 10
_SEEN_FIT = 0.8
_CLEAR_GAP = 0.1  # of the seen fit
_GAP = 0.6
_WEAK = 0.5  # of what contents alone must reach


@dataclass(frozen=True)
class Gap:
    """Fit of next states on rows that show a change, seen and unseen, each with its number of rows."""

    seen: float = 0.0
    seen_rows: int = 0
    unseen: float = 0.0
    unseen_rows: int = 0

    def at_most(self, share: float) -> bool:
        """Whether unseen rows fit at most that share as well as seen ones, which fit well."""
        return self.unseen_rows >= _UNSEEN_ROWS and self.seen >= _SEEN_FIT and self.unseen <= share * self.seen


def gap(rows: Sequence[Row], fits: Sequence[RowFit], held: frozenset[str]) -> Gap:
    """The gap between the rows that the search saw and those ``held`` from it, where something changes."""
    seen = [fit.next_state for row, fit in zip(rows, fits, strict=True) if row.change and row.digest not in held]
    unseen = [fit.next_state for row, fit in zip(rows, fits, strict=True) if row.change and row.digest in held]
    return Gap(_share(seen), len(seen), _share(unseen), len(unseen))


def find(contents: Contents, rows: Sequence[Row], between: Gap) -> Finding | None:
    """The finding, if the program carries the data."""
    showing = sum(bool(row.change) or row.transition.reward != 0 or row.transition.done for row in rows)
    strength, words = max(_evidence(contents, showing))
    told = f"the program carries data instead of rules: {words}, for {showing} rows that show something"
    if strength >= 1:
        return Finding(KIND, told)
    fell = f"it predicts {between.seen:.0%} of the changes that it was made from and {between.unseen:.0%} of others"
    if between.at_most(_CLEAR_GAP) and between.seen_rows >= _GAP_ROWS:
        return Finding(KIND, f"the program knows its own rows only: {fell}")
    if between.at_most(_GAP) and strength >= _WEAK:
        return Finding(KIND, f"{told}; {fell}")
    return None


def _evidence(found: Contents, showing: int) -> list[tuple[float, str]]:
    """Each kind of content as a share of what is too much of it, in words."""
    return [
        (found.numbers / _limit(80, 0.2, 400, showing), f"{found.numbers} numbers"),
        (found.entries / _limit(120, 0.4, 600, showing), f"{found.entries} entries in literal tables"),
        (found.large / 8, f"{found.large} large numbers that look like hashes"),
        (found.opaque / 48, f"{found.opaque} bytes that look encoded"),
        (found.text / _limit(600, 2, 4000, showing), f"{found.text} characters of text that is not in the data"),
        (found.digits / _limit(80, 0.2, 400, showing), f"{found.digits} digits within text"),
        (found.names / _limit(40, 0.1, 200, showing), f"{found.names} numbered names"),
    ]


def _limit(least: int, share: float, most: int, showing: int) -> float:
    """Too much: grows with the data between two bounds, since even a long list of rules has few constants."""
    return min(most, max(least, share * showing))


def _share(fits: Sequence[bool]) -> float:
    return sum(fits) / len(fits) if fits else 0.0
