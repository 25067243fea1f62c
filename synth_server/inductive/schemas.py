"""Actions with arguments, each learned as a schema: what it needs, what it does, and what it does besides if.

All changes that an action makes are evidence of one condition: a row in which any of them is seen is a success, one in
which a change that always comes along would be visible and is not is a failure. The condition is the cheapest that
holds in all successes and rejects all failures. A change that some successes lack has a further condition. Which
changes always come along is decided by what makes the whole cheapest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from sandbox.runtime.values import Value
from synth_server.inductive.cheapest import cheapest
from synth_server.inductive.clocks import runs_by_itself
from synth_server.inductive.desk import Desk, Extents, Item, Try, extents_of
from synth_server.inductive.evidence import bits
from synth_server.inductive.features import ArgIs, AtLeast, Attribute, Exists
from synth_server.inductive.habits import Habits, role_price
from synth_server.inductive.parts import Branch, Part, Schema, Write
from synth_server.inductive.refs import Path, Ref, Row, View, rows_of
from synth_server.inductive.rules import Conjunction, Literal, Priced, cover
from synth_server.inductive.scene import Step

BRANCH = 1.5  # what a further condition costs besides its literals
NAME = 5.0  # what it costs to write the name of a certain thing
PER_ITEM = 4.0  # what an explained change is worth
MOST_PARTS = 12  # values of an argument by which an action may be split into several
MOST_ASIDE = 2  # changes, of those that might always come along, that are tried as conditional ones
MOST_RIVALS = 6  # changes that are tried in the place of another
MOST_CASES = 3  # conjunctions that a condition may be made of; twice as many are looked for, as some prove needless
PLAUSIBLE = 7.0  # bits at most of a condition that is told although nothing needs it yet
MOST_HELD = 21  # conditions that held in all cases and are told
UNDERSTOOD = 4  # rows with a change that make an action an example for others

Found = tuple[float, Schema]


def learn_schemas(view: View, steps: Sequence[Step], known: "Pieces | None" = None) -> tuple[Schema, ...]:
    """The schemas of the actions that one explains wholly: those whose arguments name things, or all without places.

    None where something runs by itself: that is said once, not for each action. ``known`` saves time and changes
    nothing.
    """
    known = known if known is not None else Pieces()
    if runs_by_itself(steps):
        return ()
    groups: dict[str, list[Step]] = {}
    for step in steps:
        groups.setdefault(step.action.name, []).append(step)
    extents = extents_of(steps)
    desks: list[list[_Piece]] = []
    for taken in groups.values():
        named = any(step.before.called(arg) is not None for step in taken for arg in step.action.args)
        if view.shape.place is None or named:
            desks.append(known.of(view, taken, extents))
    found = [_solved(pieces, None) for pieces in desks]
    habits = Habits()
    for _ in range(2):
        habits = _habits(found)
        found = [_solved(pieces, habits) for pieces in desks]
    every = [
        _with_held(schema, pieces[0].desk, habits) if len(pieces) == 1 else schema
        for pieces, schemas in zip(desks, found, strict=True)
        for schema in schemas
    ]
    return tuple(sorted(every, key=lambda schema: schema.name))


@dataclass(frozen=True)
class _Piece:
    """The rows of an action, or those in which an argument has one value."""

    desk: Desk
    only: tuple[Literal, ...] = ()

    @cached_property
    def bare(self) -> "Found | None":
        """What explains them where no habits are known."""
        return _schema(self.desk, Habits())


class Pieces:
    """The pieces of each action, kept for when the same rows come again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[View, Extents, Sequence[Step], list[_Piece]]] = {}

    def of(self, view: View, steps: Sequence[Step], extents: Extents) -> list[_Piece]:
        """The pieces of an action, by all of its rows."""
        name = steps[0].action.name
        if name in self._known:
            seen, bounds, rows, pieces = self._known[name]
            if seen.equals(view) and bounds == extents and len(rows) == len(steps) and all(map(_is_same, rows, steps)):
                return pieces
        pieces = _pieces(view, steps, extents)
        self._known[name] = view, extents, steps, pieces
        return pieces


def _is_same(a: Step, b: Step) -> bool:
    return a.before is b.before and a.after is b.after and a.action == b.action and a.matches(b)


def _pieces(view: View, steps: Sequence[Step], extents: Extents) -> list[_Piece]:
    """The action as a whole, or cut by the value of an argument, where that makes it cheaper to say.

    Where the argument names things, only if no schema explains the whole.
    """
    rows = rows_of(view, steps, None)
    best = whole = [_Piece(Desk(view, rows, extents))]
    least = _cost(whole)
    arity = max((len(row.step.action.args) for row in rows), default=0)
    for index in range(arity):
        if least < float("inf") and Ref("arg", index=index) in whole[0].desk.roles:
            continue
        groups: dict[Value, list[Row]] = {}
        for row in rows:
            if index < len(row.step.action.args):
                groups.setdefault(row.step.action.args[index], []).append(row)
        if 1 < len(groups) <= MOST_PARTS and len(rows) >= 3 * len(groups):
            pieces = [
                _Piece(Desk(view, group, extents), (Literal(ArgIs(index), (value,)),))
                for value, group in groups.items()
            ]
            cost = _cost(pieces) + BRANCH * len(pieces)
            if cost < least:
                best, least = pieces, cost
    return best


def _cost(pieces: Sequence[_Piece]) -> float:
    """What it takes to say what the pieces do; infinite where that cannot be said."""
    found = [piece.bare for piece in pieces]
    return sum(one[0] if one is not None else float("inf") for one in found)


def _solved(pieces: Sequence[_Piece], habits: Habits | None) -> list[Schema]:
    """The schemas of an action's pieces; none where one of them is not explained."""
    found: list[Schema] = []
    for piece in pieces:
        schema = piece.bare if habits is None else _schema(piece.desk, habits)
        if schema is None:
            return []
        found.append(replace(schema[1], needs=(*piece.only, *schema[1].needs)))
    return found


def _with_held(schema: Schema, desk: Desk, habits: Habits) -> Schema:
    """The schema with what held whenever it, and whenever each of its further changes, was seen."""
    if not schema.needs and schema.branches and all(branch.when for branch in schema.branches):
        return schema  # several conditions: nothing need hold in all cases
    choices = sorted(habits.each(desk.told), key=lambda choice: choice.cost)
    negated = {(choice.literal.feature, choice.mask) for choice in choices if choice.literal.positive}
    told = [c for c in choices if c.literal.positive or (c.literal.feature, c.mask) not in negated]
    full = (1 << len(desk.rows)) - 1
    compared = {feature.path for feature in desk.features if isinstance(feature, AtLeast)}
    told = [c for c in told if not _is_number(c.literal, compared)]
    told = [c for c in told if c.mask not in {0, full} or isinstance(c.literal.feature, Attribute | AtLeast)]
    right = {one.part: one.right for one in desk.tries}

    def held(shown: int, must: Conjunction) -> Conjunction:
        found = [choice.literal for choice in told if not shown & ~choice.mask and choice.cost <= PLAUSIBLE]
        return tuple(dict.fromkeys([*must, *found]))[:MOST_HELD]

    branches = [
        replace(branch, held=held(right[branch.parts[0]], (*schema.needs, *branch.when))) if branch.when else branch
        for branch in schema.branches
    ]
    applied = bits(sorted({number for number, _, _ in desk.changes()}))
    return replace(schema, branches=tuple(branches), held=held(applied, schema.needs))


def _is_number(literal: Literal, compared: set[Path]) -> bool:
    """Whether it says that a number is a certain one, where it is compared too: that it is at least so much does."""
    feature, token = literal.feature, literal.token
    if not isinstance(feature, Attribute) or feature.path not in compared:
        return False
    return isinstance(token, tuple) and type(token[-1]) is int


def _habits(found: Sequence[Sequence[Schema]]) -> Habits:
    """What the actions that are well understood have in common."""
    habits = Habits()
    for schemas in found:
        for schema in schemas:
            if schema.support >= UNDERSTOOD:
                effects = [p.effect for b in schema.branches for p in b.parts if isinstance(p, Write)]
                habits.note([*schema.needs, *(t for branch in schema.branches for t in branch.when)], effects)
    return habits


def _schema(desk: Desk, habits: Habits) -> Found | None:
    """The cheapest schema that explains all rows, with its price, or None."""
    items = desk.changes()
    if not items:
        return 0.0, Schema(desk.name, (), (), 0, len(desk.rows))
    applied = bits(sorted({number for number, _, _ in items}))
    chosen = _chosen(desk.tries, items, applied, habits)
    if chosen is None:
        return None
    choices = habits.prices(desk.told)
    always = frozenset(
        Literal(desk.features[n], token) for (n, token), mask in desk.table.items() if not applied & ~mask
    )
    case = _Case(desk.name, len(desk.rows), applied, choices, always)
    best = _arranged(case, chosen, habits)
    for i in reversed(range(len(chosen))):
        for rival in _rivals(desk.tries, chosen, i, items, habits) if i < len(chosen) else ():
            other = _needed([*chosen[:i], rival, *chosen[i + 1 :]], items)
            found = _arranged(case, other, habits)
            if found is not None and (best is None or found[0] < best[0] - 1e-9):
                best, chosen = found, other
    return best


def _rivals(tries: Sequence[Try], chosen: Sequence[Try], i: int, items: set[Item], habits: Habits) -> list[Try]:
    """What might be chosen in the place of one change: whatever explains what only it explains."""
    left = set(items)
    for j, one in enumerate(chosen):
        if j != i:
            left -= one.items
    able = [one for one in tries if one is not chosen[i] and one.items >= left]
    return sorted(able, key=lambda one: _price(one, habits))[:MOST_RIVALS]


def _needed(chosen: Sequence[Try], items: set[Item]) -> list[Try]:
    """The changes without those that explain nothing that the others leave."""
    kept = list(chosen)
    for one in chosen:
        rest = [other for other in kept if other is not one]
        if len(rest) < len(kept) and items <= {item for other in rest for item in other.items}:
            kept = rest
    return kept


def _price(one: Try, habits: Habits) -> float:
    part = one.part
    if isinstance(part, Write):
        return (
            role_price(part.role) + habits.effect(part.effect, part.slot.attr, one.plain) + (NAME if one.named else 0.0)
        )
    return part.cost


def _chosen(tries: Sequence[Try], items: set[Item], applied: int, habits: Habits) -> list[Try] | None:
    """Changes that together explain all items: those that explain most at the least price first."""
    left, chosen = set(items), list[Try]()
    while left:
        best, worth = None, 0.0
        for one in tries:
            gain = len(one.items & left)
            if gain:
                odd = (one.wrong & applied).bit_count()
                value = PER_ITEM * gain - _price(one, habits) - (2 * BRANCH + 0.5 * odd if odd else 0.0)
                if best is None or value > worth:
                    best, worth = one, value
        if best is None:
            return None
        chosen.append(best)
        left -= best.items
    return chosen


@dataclass(frozen=True)
class _Case:
    """An action's rows, as bits: those in which it did something, and the literals that hold in each."""

    name: str
    rows: int
    applied: int
    choices: Sequence[Priced]
    always: frozenset[Literal]  # that held whenever the action did something


def _arranged(case: _Case, chosen: Sequence[Try], habits: Habits) -> Found | None:
    """The cheapest way to say when these changes come: which always come along, which need more."""
    base = sum(_price(one, habits) for one in chosen)
    able = [i for i, one in enumerate(chosen) if not one.wrong & case.applied]
    best: Found | None = None
    for size in range(min(MOST_ASIDE, len(able)) + 1):
        for aside in combinations(able, size):
            sure = [i for i in able if i not in aside]
            found = _said(case, chosen, sure)
            if found is not None and (best is None or base + found[0] < best[0] - 1e-9):
                best = (base + found[0], found[1])
    return best


def _said(case: _Case, chosen: Sequence[Try], sure: Sequence[int]) -> Found | None:
    """The schema in which the ``sure`` changes always come along, with its price."""
    unwanted = 0
    for i in sure:
        unwanted |= chosen[i].wrong
    needs = _condition(case.applied, unwanted, case.choices)
    if needs is None:
        return None
    needs = [(_with_used(when, case, [chosen[i].part for i in sure]), mask, cost) for when, mask, cost in needs]
    price, inside = 0.0, 0
    for _, mask, cost in needs:
        inside |= mask
        price += cost
    branches: list[Branch] = []
    if sure:
        branches.append(Branch((), tuple(chosen[i].part for i in sure), case.applied.bit_count()))
    for i, one in enumerate(chosen):
        if i in sure:
            continue
        further = _condition(one.right, one.wrong & inside, case.choices)
        if further is None:
            return None
        price += sum(cost + BRANCH for _, _, cost in further)
        branches += [Branch(when, (one.part,), (mask & one.right).bit_count()) for when, mask, _ in further]
    support = case.applied.bit_count()
    if len(needs) == 1:
        return price, Schema(case.name, needs[0][0], tuple(branches), support, case.rows)
    cases = [
        Branch((*when, *branch.when), branch.parts, (mask & case.applied).bit_count())
        for when, mask, _ in needs
        for branch in branches
    ]
    return price + BRANCH * len(needs), Schema(case.name, (), tuple(cases), support, case.rows)


def _with_used(when: Conjunction, case: _Case, parts: Sequence[Part]) -> Conjunction:
    """The condition with what is used up: what vanishes, and was always there when it worked, is needed."""
    for part in parts:
        if isinstance(part, Write) and part.slot.part == "gone":
            needed = Literal(Exists(part.role), True)
            if needed in case.always and needed not in when:
                when = (*when, needed)
    return when


def _condition(wanted: int, unwanted: int, choices: Sequence[Priced]) -> list[tuple[Conjunction, int, float]] | None:
    """The cheapest conjunction, else a few that together hold in all wanted rows; where they hold; the price."""
    found = cheapest(wanted, unwanted, choices)
    if found is not None:
        return [_with_mask(found)]
    several, left = cover(wanted, unwanted, choices, 2 * MOST_CASES)
    if left or len(several) > MOST_CASES:
        return None
    known = {choice.literal: choice for choice in choices}
    return [_with_mask([known[literal] for literal in when]) for when in several]


def _with_mask(found: Sequence[Priced]) -> tuple[Conjunction, int, float]:
    mask = -1
    for priced in found:
        mask &= priced.mask
    return tuple(priced.literal for priced in found), mask, sum(priced.cost for priced in found)
