"""What the rows of a type show, as bits: for every literal the rows in which it holds. Made once a type."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from synth_server.inductive.blocking import obstacles
from synth_server.inductive.features import ActionName, Content, Feature, Token
from synth_server.inductive.frames import families_of
from synth_server.inductive.kin import Families, kin
from synth_server.inductive.refs import Row, View
from synth_server.inductive.rules import Literal, Priced


def masks(features: Sequence[Feature], rows: Sequence[Row]) -> dict[tuple[int, Token], int]:
    """For every feature (by its number) and token, the rows (as bits) in which it holds."""
    table: dict[tuple[int, Token], int] = {}
    for number, feature in enumerate(features):
        held: dict[Hashable, list[int]] = {}
        for i, row in enumerate(rows):
            for token in feature.tokens(row):
                held.setdefault(token, []).append(i)
        for token, numbers in held.items():
            table[number, token] = bits(numbers)
    return table


def bits(numbers: Sequence[int]) -> int:
    """An integer with these bits set."""
    if not numbers:
        return 0
    array = bytearray(max(numbers) // 8 + 1)
    for i in numbers:
        array[i >> 3] |= 1 << (i & 7)
    return int.from_bytes(array, "little")


def literals(features: Sequence[Feature], rows: Sequence[Row]) -> list[Priced]:
    """All literals, those that hold in the same rows reduced to the cheapest; the cheapest first."""
    return cheapest_of(features, masks(features, rows), (1 << len(rows)) - 1)


def cheapest_of(
    features: Sequence[Feature],
    table: Mapping[tuple[int, Token], int],
    full: int,
    dear: Callable[[Feature, Token], float] = lambda feature, token: 0.0,
) -> list[Priced]:
    """The literals of these masks, those that hold in the same rows reduced to the cheapest; the cheapest first.

    ``dear`` adds to their price.
    """
    return reduced(
        (
            Priced(
                Literal(features[number], token, positive),
                mask if positive else full & ~mask,
                features[number].cost(token, positive) + dear(features[number], token),
            )
            for (number, token), mask in table.items()
            for positive in (True, False)
        ),
        full,
    )


def reduced(choices: Iterable[Priced], full: int) -> list[Priced]:
    """The literals that some rows hold and some do not, the cheapest first.

    Of those that hold in the same rows the cheapest is kept, the earliest where that ties.
    """
    cheapest: dict[int, Priced] = {}
    for choice in choices:
        if choice.mask and choice.mask != full:
            known = cheapest.get(choice.mask)
            if known is None or choice.cost < known.cost:
                cheapest[choice.mask] = choice
    return sorted(cheapest.values(), key=lambda priced: priced.cost)


@dataclass
class Evidence:
    """The rows about one type, and the literals that hold in them."""

    view: View
    rows: Sequence[Row]
    features: Sequence[Feature]
    names: dict[str, int] = field(default_factory=dict)
    choices: list[Priced] = field(default_factory=list)
    types: dict[Content, dict[str, int]] = field(default_factory=dict)
    families: Families = ()
    _masks: dict[Literal, int] = field(default_factory=dict)
    _told: dict[Feature, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        held: dict[str, list[int]] = {}
        for i, row in enumerate(self.rows):
            held.setdefault(row.step.action.name, []).append(i)
        self.families = families_of(self.view.frame)
        self.names = {name: bits(numbers) for name, numbers in held.items()}
        features = [ActionName(directions=self.directions()), *self.features]
        table = masks(features, self.rows)
        self.choices = cheapest_of(features, table, self.full)
        for (number, token), mask in table.items():
            feature = features[number]
            plain = isinstance(token, tuple) and len(token) == 1 and token[0] in self.view.shape.types
            if isinstance(feature, Content) and isinstance(token, tuple) and plain:
                self.types.setdefault(feature, {})[token[0]] = mask
        self._masks = {choice.literal: choice.mask for choice in self.choices}

    @property
    def full(self) -> int:
        """All rows."""
        return (1 << len(self.rows)) - 1

    def acted(self, mask: int) -> frozenset[str]:
        """The names of the actions in these rows."""
        return frozenset(name for name, held in self.names.items() if held & mask)

    def directions(self) -> frozenset[str]:
        """The names of the actions that are directions."""
        frame = self.view.frame
        return frozenset(map(str, frame.table)) if frame.source == "action" else frozenset()

    def tried(self, often: int) -> frozenset[str]:
        """The names of the actions that were taken in so many rows."""
        return frozenset(name for name, held in self.names.items() if held.bit_count() >= often)

    def priced(self, wanted: int, unwanted: int) -> list[Priced]:
        """The literals, and some about sets of actions: those wanted, and those unwanted only, with kin or without."""
        seen = self.acted(wanted)
        related, never = kin(seen, self.families), self.acted(unwanted) - seen
        sets = [names for names in dict.fromkeys((seen, never, related, never - related)) if len(names) > 1]
        feature, extra = ActionName(tuple(sets), kin=self.families), []
        known = {choice.mask: choice.cost for choice in self.choices}
        for names in sets:
            mask = 0
            for name in names:
                mask |= self.names[name]
            for positive in (True, False):
                held = mask if positive else self.full & ~mask
                cost = feature.cost(names, positive)
                if held and held != self.full and cost < known.get(held, 1e9):
                    extra.append(Priced(Literal(feature, names, positive), held, cost))
        for choice in obstacles(self.types, wanted, unwanted, self.full):
            if choice.cost < known.get(choice.mask, 1e9):
                extra.append(choice)
                self._masks[choice.literal] = choice.mask
        taken = {priced.mask for priced in extra}
        kept = [choice for choice in self.choices if choice.mask not in taken]
        return sorted([*extra, *kept], key=lambda priced: priced.cost)

    def told(self, feature: Feature) -> int:
        """The rows in which a feature says anything."""
        known = self._told.get(feature)
        if known is None:
            known = self._told[feature] = bits([i for i, row in enumerate(self.rows) if any(feature.tokens(row))])
        return known

    def holding(self, when: Iterable[Literal]) -> int:
        """The rows in which all of these literals hold."""
        held = self.full
        for literal in when:
            held &= self.mask(literal)
        return held

    def mask(self, literal: Literal) -> int:
        """The rows in which a literal holds."""
        known = self._masks.get(literal)
        if known is None:
            held = [i for i, row in enumerate(self.rows) if (literal.token in set(literal.feature.tokens(row)))]
            known = bits(held) if literal.positive else self.full & ~bits(held)
            self._masks[literal] = known
        return known
