"""What always ended the episode: taken to end it whatever it is done to, as long as there are plans all the same.

Who has only ever picked up what was asked for does not know what comes of picking up something else. Seen so far, it
was the end. A program that says so makes plans that keep from it where there is another way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synth_server.inductive.features import Token
from synth_server.inductive.payoffs import Payment, Payoff
from synth_server.inductive.refs import Row
from synth_server.inductive.rules import Literal

LEAST = 2  # times that it must have been so


@dataclass(frozen=True)
class Works:
    """An action is taken and changes something."""

    action: str

    def tokens(self, row: Row) -> Iterator[Token]:
        """True where it holds of a step."""
        if row.step.action.name == self.action and row.step.before is not row.step.after:
            yield True

    def cost(self, token: Token, positive: bool) -> float:
        """What it takes to say it."""
        return 1.0


def endings(rows: Sequence[Row], usual: Payment) -> list[Payoff]:
    """A rule for each action that ended the episode whenever it changed something: it pays nothing, and ends it.

    Actions with arguments have none: those tell what it is done to.
    """
    ends: dict[str, list[bool]] = {}
    for row in rows if not usual[1] else ():
        if row.step.before is not row.step.after and not row.step.action.args:
            ends.setdefault(row.step.action.name, []).append(row.step.done)
    always = sorted(name for name, done in ends.items() if len(done) >= LEAST and all(done))
    return [Payoff((Literal(Works(name), True),), usual[0], True, 0) for name in always]
