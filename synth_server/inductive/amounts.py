"""Rewards that are numbers times something: how many things came together, what a thing that was taken is worth."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sandbox.runtime.values import Value
from synth_server.inductive.goals import Having, Together
from synth_server.inductive.refs import Row, View
from synth_server.inductive.scene import Scene

MOST = 2  # amounts in one reward
LEAST_ROWS = 3
Payment = tuple[float, bool]


class Quantity(Protocol):
    """A number that can be read off a step."""

    def of(self, row: Row) -> float:
        """The number of this step."""
        ...


@dataclass(frozen=True)
class MoreMet:
    """By how many more things share a place than before."""

    feature: Together

    def of(self, row: Row) -> float:
        """See :class:`Quantity`."""
        return self.feature.count(row.step.after)[0] - self.feature.count(row.step.before)[0]


@dataclass(frozen=True)
class MoreLeft:
    """By how many more things of a type there are than before."""

    kind: str

    def of(self, row: Row) -> float:
        """See :class:`Quantity`."""
        return len(row.step.after.of.get(self.kind, ())) - len(row.step.before.of.get(self.kind, ()))


@dataclass(frozen=True)
class MoreHaving:
    """By how many more things have a value than before."""

    feature: Having
    value: Value

    def of(self, row: Row) -> float:
        """See :class:`Quantity`."""
        token = ("is", type(self.value).__name__, self.value)
        return self.feature.values(row.step.after).count(token) - self.feature.values(row.step.before).count(token)


@dataclass(frozen=True)
class Growth:
    """By how much an attribute, summed over all things of a type, grew."""

    kind: str
    attr: str

    def of(self, row: Row) -> float:
        """See :class:`Quantity`."""
        return self._sum(row.step.after) - self._sum(row.step.before)

    def _sum(self, scene: Scene) -> float:
        return sum(figure(thing.attrs.get(self.attr)) for thing in scene.of.get(self.kind, ()))


@dataclass(frozen=True)
class Underfoot:
    """An attribute, summed over the things that were where the actor is after the step."""

    actor: str
    attr: str

    def of(self, row: Row) -> float:
        """See :class:`Quantity`."""
        actor = row.step.after.single(self.actor)
        things = row.step.before.at.get(actor.pos, ()) if actor is not None and actor.pos is not None else ()
        return sum(figure(thing.attrs.get(self.attr)) for thing in things if thing.type != self.actor)


@dataclass(frozen=True)
class Amount:
    """A number of the step, and what one of it pays."""

    quantity: Quantity
    factor: float

    def of(self, row: Row) -> float:
        """What it pays in this step."""
        return self.factor * self.quantity.of(row)


def figure(value: Value) -> float:
    """A number; what is none counts as nothing."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def find_amounts(view: View, rows: Sequence[Row], features: Sequence[object]) -> tuple[Amount, ...]:
    """What rewards grow with, where that leaves fewer different payments than there are; nothing where there are few.

    An amount must have been seen in at least two sizes, else a constant says as much.
    """
    found: list[Amount] = []
    payments = [(round(row.step.reward, 6), row.step.done) for row in rows]
    quantities = list(_quantities(view, rows, features)) if len(set(payments)) > 2 else []
    numbers = {quantity: [quantity.of(row) for row in rows] for quantity in quantities}
    while len(found) < MOST:
        best: tuple[int, Amount, list[Payment]] | None = None
        for quantity in quantities:
            factor = _factor(payments, numbers[quantity])
            if factor is None:
                continue
            rest = [(round(p[0] - factor * n, 6), p[1]) for p, n in zip(payments, numbers[quantity], strict=True)]
            spared = len(set(payments)) - len(set(rest))
            if spared > 0 and (best is None or spared > best[0]):
                best = (spared, Amount(quantity, factor), rest)
        if best is None:
            break
        found.append(best[1])
        payments = best[2]
    return tuple(found)


def _factor(payments: Sequence[Payment], numbers: Sequence[float]) -> float | None:
    """What one more pays, read off the rows that differ in it; None where it was seen in one size only."""
    usual = Counter(p[0] for p, n in zip(payments, numbers, strict=True) if not n).most_common(1)
    if not usual:
        return None
    votes: dict[float, set[float]] = {}
    count = Counter[float]()
    for (reward, _), number in zip(payments, numbers, strict=True):
        if number and reward != usual[0][0]:
            factor = round((reward - usual[0][0]) / number, 6)
            votes.setdefault(factor, set()).add(abs(number))
            count[factor] += 1
    apt = [factor for factor, sizes in votes.items() if len(sizes) > 1 and count[factor] >= LEAST_ROWS]
    return max(apt, key=lambda factor: (count[factor], -abs(factor)), default=None)


def _quantities(view: View, rows: Sequence[Row], features: Sequence[object]) -> Iterator[Quantity]:
    shape = view.shape
    for feature in features:
        if isinstance(feature, Together) and not feature.single:
            yield MoreMet(feature)
    yield from (MoreLeft(kind) for kind in sorted(shape.types) if kind not in shape.singles)
    for feature in features:
        if isinstance(feature, Having) and not feature.single and feature.entry is None:
            values = {
                value
                for row in rows
                for thing in row.step.after.of.get(feature.kind, ())
                for value in [thing.attrs.get(feature.attr)]
                if isinstance(value, bool | str)
            }
            yield from (MoreHaving(feature, value) for value in sorted(values, key=str)[:8])
    numeric = {
        (thing.type, attr)
        for row in rows
        for thing in row.step.before.things
        for attr, value in thing.attrs.items()
        if type(value) in (int, float) and attr not in (shape.place or ())
    }
    yield from (Growth(kind, attr) for kind, attr in sorted(numeric))
    if shape.actor is not None and shape.place is not None:
        yield from (Underfoot(shape.actor, attr) for attr in sorted({a for kind, a in numeric if kind != shape.actor}))
