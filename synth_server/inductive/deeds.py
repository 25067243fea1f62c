"""What was never done where a goal's things are: hoped to pay once it did not pay to be there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synth_server.inductive.features import Feature, Token
from synth_server.inductive.refs import Row
from synth_server.inductive.rules import Literal
from synth_server.inductive.targets import Reached, inner

PLACES = ("here", "beside")  # where the actor is, as seen from a thing


@dataclass(frozen=True)
class Deed:
    """An action is taken, and after it the actor is where the goal's thing is."""

    reached: Reached
    action: str
    idle: bool  # the action never changed anything

    def tokens(self, row: Row) -> Iterator[Token]:
        """True where it holds of a step."""
        if row.step.action.name == self.action:
            yield from self.reached.tokens(row)

    def cost(self, token: Token, positive: bool) -> float:
        """What it takes to say it."""
        return self.reached.cost(token, positive) + 0.5


def deeds(features: Sequence[Feature], rows: Sequence[Row]) -> list[Deed]:
    """All actions without arguments at all places where the actor may be of one thing that goals name."""
    names = sorted({row.step.action.name for row in rows if not row.step.action.args})
    busy = {row.step.action.name for row in rows if _changes(row)}
    places = [f for f in features if isinstance(f, Reached) and f.how in PLACES and len(f.target.which) == 1]
    return [Deed(place, name, name not in busy) for place in places for name in names]


def _changes(row: Row) -> bool:
    return bool(row.step.created) or any(new is None or new.digest != old.digest for old, new in row.step.pairs)


def is_deed(literal: Literal) -> bool:
    """Whether a hope is for something done, which pays whenever it is, and not for what comes true."""
    return isinstance(inner(literal.feature), Deed)
