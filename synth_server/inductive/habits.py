"""What conditions and effects look like in a world: what most actions have in common makes the rest likelier.

Prices are bits: how unlikely a kind of condition is, and how many of its kind there are to choose from. They begin
with what is near and plain being likely, and follow what the actions that are well understood turned out to be.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from synth_server.inductive.effects import Become, Change, ChangeBy, CopyArg, CopyPath, Effect, Lookup
from synth_server.inductive.evidence import reduced
from synth_server.inductive.features import ArgEquals, ArgIs, AtLeast, Attribute, Equal, Exceeds, Exists, Feature, Token
from synth_server.inductive.refs import FromArg, Path, Ref
from synth_server.inductive.rules import Literal, Priced

STRENGTH = 4.0  # of what is believed before anything was seen, in conditions
HOP = 1.5  # what each step away from the arguments costs
NEGATIVE = 0.5

Kind = tuple[str, bool]


@dataclass
class Habits:
    """How often kinds of conditions, and attributes in them, were found; the numbers that stop at a bound."""

    kinds: Counter[Kind] = field(default_factory=Counter)
    attrs: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    bounded: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)  # numbers that change by amounts

    def note(self, literals: Sequence[Literal], effects: Sequence[Effect]) -> None:
        """Takes in what one action turned out to be."""
        for literal in literals:
            kind, _ = _kind(literal.feature, literal.token, literal.positive)
            self.kinds[kind] += 1
            self.attrs[kind, _attr(literal.feature)] += 1
        for effect in effects:
            if isinstance(effect, Change):
                self.counted.add(effect.attr)
                if effect.bound is not None:
                    self.bounded.add(effect.attr)

    def effect(self, effect: Effect, attr: str, plain: bool) -> float:
        """The price of an effect on an attribute, in bits; ``plain``: all that it wrote was true, false or null."""
        if isinstance(effect, Change) and not effect.modulus:
            return 2.0 if (effect.bound is not None) == (effect.attr in self.bounded) else 2.5
        if isinstance(effect, Change):
            return 4.0
        if isinstance(effect, Become) and type(effect.constant) is int:
            return 6.0 if attr in self.counted else 4.0
        if isinstance(effect, CopyPath | ChangeBy):
            return 3.0 + HOP * _hops(effect.path.ref) + (5.0 if plain else 0.0)
        if isinstance(effect, Lookup):
            number = any(type(value) is int for pair in effect.table for value in pair)
            swap = len(effect.table) == 2 and effect.table[0] == effect.table[1][::-1]
            return 3.5 if swap and not number else 2.0 + (5.0 if number else 3.0) * len(effect.table)
        return 2.0 if isinstance(effect, CopyArg) else 0.5 + effect.cost

    def prices(self, told: "Told") -> list[Priced]:
        """All literals by price; of those that hold in the same rows the cheapest, the earliest where that ties."""
        return reduced(self.each(told), told.full)

    def each(self, told: "Told") -> Iterator[Priced]:
        """All literals with their prices."""
        total = self.kinds.total()
        costs: dict[tuple[Kind, float, str], float] = {}
        for literal, mask, look, odd in told.literals:
            if look not in costs:
                kind, weight, attr = look
                seen, alike = self.kinds[kind], told.shares[kind, attr]
                cost = -math.log2((seen + STRENGTH * 2**-weight) / (total + STRENGTH))
                share = alike / told.sizes[kind]
                cost -= math.log2((self.attrs[kind, attr] + STRENGTH * share) / (seen + STRENGTH))
                costs[look] = cost + math.log2(alike)
            yield Priced(literal, mask, costs[look] + odd)


class Told:
    """The literals that hold in some rows, as far as their prices depend on no habit.

    ``literals`` have the rows in which they hold, their kind, how unlikely it is in itself, what they look at, and
    what is added to their price. ``sizes`` counts the kinds, ``shares`` also by what is looked at.
    """

    def __init__(self, table: Mapping[tuple[int, Token], int], features: Sequence[Feature], rows: int) -> None:
        self.full = (1 << rows) - 1
        self.literals: list[tuple[Literal, int, tuple[Kind, float, str], float]] = []
        self.sizes: Counter[Kind] = Counter()
        self.shares: Counter[tuple[Kind, str]] = Counter()
        for (number, token), mask in table.items():
            feature = features[number]
            attr, odd = _attr(feature), _odd(feature, token)
            for positive in (True, False):
                kind, weight = _kind(feature, token, positive)
                self.sizes[kind] += 1
                self.shares[kind, attr] += 1
                held = mask if positive else self.full & ~mask
                self.literals.append((Literal(feature, token, positive), held, (kind, weight, attr), odd))


def _kind(feature: Feature, token: Token, positive: bool) -> tuple[Kind, float]:
    """The kind of a literal, and how unlikely it is before anything was seen, in bits."""
    name = type(feature).__name__
    if isinstance(feature, ArgIs):
        name, weight = f"{name} {feature.names}", 5.0 if feature.names else 1.5
    elif isinstance(feature, ArgEquals):
        hops = _hops(feature.path.ref)
        name, weight = f"{name} {hops}", 1.5 + HOP * hops
    elif isinstance(feature, Exists):
        hops = _hops(feature.ref)
        name, weight = f"{name} {hops}", 1.0 + HOP * hops
    elif isinstance(feature, AtLeast):
        hops = _hops(feature.path.ref)
        name, weight = f"{name} {hops}", 2.0 + HOP * hops + (0.0 if positive else 1.0)
    elif isinstance(feature, Attribute):
        hops = _hops(feature.path.ref) + (1 if feature.path.entry else 0)
        number = isinstance(token, tuple) and len(token) == 3 and type(token[2]) is int
        extra = (2.0 * feature.dear if token != ("null",) else 0.0) + (2.0 if number else 0.0)
        name, weight = f"{name} {hops} {extra}", 1.0 + HOP * hops + extra
    else:
        assert isinstance(feature, Equal | Exceeds)
        hops = _hops(feature.left.ref) + _hops(feature.right.ref)
        name, weight = f"{name} {hops}", 3.0 + HOP * hops
    return (name, positive), weight + (0.0 if positive else NEGATIVE)


def _attr(feature: Feature) -> str:
    """What a feature looks at."""
    if isinstance(feature, AtLeast | Attribute | ArgEquals):
        return feature.path.attr
    if isinstance(feature, Equal | Exceeds):
        return f"{feature.left.attr} {feature.right.attr}"
    return feature.ref.name if isinstance(feature, Exists) else ""


def _odd(feature: Feature, token: Token) -> float:
    """Great numbers are a little dearer than small ones."""
    return 0.05 * abs(token) if isinstance(feature, AtLeast) and isinstance(token, int) else 0.0


def _hops(ref: Ref) -> int:
    """How far a reference leads from the action: its arguments and the singles are near."""
    if ref.how == "key":
        return max(1, len(ref.matches)) + sum(
            _hops(source.ref) for _, source in ref.matches if isinstance(source, Path)
        )
    return 1 + _hops(ref.base) if ref.base is not None else 0


def role_price(ref: Ref) -> float:
    """What it takes to say which things change: an argument or a single, what these name, what is keyed by them."""
    if ref.how == "key":
        return 3.0 + sum(1.5 if isinstance(source, FromArg) else 4.0 for _, source in ref.matches)
    return 2.0 + role_price(ref.base) if ref.base is not None else 0.0
