"""Rows that the search never sees, and what is noteworthy about how a program did on rows seen and unseen."""

from collections.abc import Iterable
from hashlib import sha256

from sandbox.data.records import Transition
from synth_server.domain import Finding
from synth_server.verify.options import VerifyOptions
from synth_server.verify.rows import Row, distinct


class HoldOut:
    """Splits the distinct rows of a world into those that the search may see and those held back.

    Which rows are held back follows from their digests, not from their order. A row that was released is never held
    back again; another takes its place: one that the search has not seen, if there is any.
    """

    def __init__(self, transitions: Iterable[Transition], options: VerifyOptions) -> None:
        self._options = options
        self._rows = {row.digest: row for row in distinct(transitions)}
        self._shown: set[str] = set()
        self._released: set[str] = set()
        self._held: set[str] = set()
        self._settle()

    @property
    def visible(self) -> list[Row]:
        """What the search may see, in the order in which it came."""
        return [row for digest, row in self._rows.items() if digest not in self._held]

    @property
    def held(self) -> list[Row]:
        """What it may not see."""
        return [row for digest, row in self._rows.items() if digest in self._held]

    @property
    def all(self) -> list[Row]:
        """Every distinct row."""
        return list(self._rows.values())

    def take(self, transitions: Iterable[Transition]) -> None:
        """Adds newly arrived rows. They stay unseen until :meth:`release`."""
        for row in distinct(transitions):
            if row.digest not in self._rows:
                self._rows[row.digest] = row
                self._held.add(row.digest)

    def release(self, missed: Iterable[Row]) -> None:
        """Shows the missed rows to the search, and holds others back instead."""
        self._released.update(row.digest for row in missed)
        self._settle()

    def _settle(self) -> None:
        """Holds back as many rows as the rules ask for: the unseen before the seen, else by a hash of the digest."""
        free = [digest for digest in self._rows if digest not in self._released]
        free.sort(key=lambda digest: (digest in self._shown, sha256(f"held back {digest}".encode()).digest()))
        self._held = set(free[: self._wanted()])
        self._shown.update(digest for digest in self._rows if digest not in self._held)

    def _wanted(self) -> int:
        count = len(self._rows)
        if count < self._options.hold_back_from:
            return 0
        return min(self._options.hold_back_most, int(count * self._options.hold_back_share))


def find(next_state_fit: float, baseline: float, seen_fit: float, held_back_fit: float | None) -> list[Finding]:
    """What the figures of an evaluation show besides themselves."""
    findings = []
    if next_state_fit < baseline:
        findings.append(
            Finding(
                "below_identity_baseline",
                f"predicts {next_state_fit:.1%} of next states; `nothing changes` would predict {baseline:.1%}",
            )
        )
    if held_back_fit is not None and held_back_fit < seen_fit:
        findings.append(
            Finding(
                "held_back_gap",
                f"fits {seen_fit:.1%} of the rows that the search saw, but {held_back_fit:.1%} of those held back",
            )
        )
    return findings
