"""Search for conditions: small disjunctions of conjunctions that cover what must be covered and nothing else.

Rows are bits of an integer. The price of a condition is what its literals cost (a description length); a budget
of visited conjunctions, not of seconds, bounds the search.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from synth_server.inductive.features import Feature, Token
from synth_server.inductive.refs import Row

BEAM = 20
LONGEST = 9
PER_ROW = 1.5  # what a covered row is worth, in units of cost
VISITS = 60_000  # looked at for one conjunction
POOR = 16  # conjunctions of a cover that cost more than their rows are worth; more would be learning by heart


@dataclass(frozen=True)
class Literal:
    """A token of a feature that holds, or does not."""

    feature: Feature
    token: Token
    positive: bool = True


Conjunction = tuple[Literal, ...]


def holds(when: Conjunction, row: Row) -> bool:
    """Whether all literals hold in a row."""
    return all(_holds(literal, row) for literal in when)


def _holds(literal: Literal, row: Row) -> bool:
    tokens: Collection[object] = list(literal.feature.tokens(row))
    return (literal.token in tokens) is literal.positive


@dataclass(frozen=True)
class Priced:
    """A literal with the rows in which it holds and its cost."""

    literal: Literal
    mask: int
    cost: float


def cover(
    wanted: int, unwanted: int, choices: Sequence[Priced], most: int | None = None
) -> tuple[list[Conjunction], int]:
    """Conjunctions that together hold in ``wanted`` rows and in no ``unwanted`` one, and the rows left uncovered.

    At most ``most`` are looked for.

    Rows are left where nothing tells them apart, and where only what is learned by heart would: chance, or a rule that
    the language cannot say.
    """
    found: list[tuple[Conjunction, int]] = []
    left, poor = wanted, 0
    while left and poor < POOR and (most is None or len(found) < most):
        best = conjunction(left, wanted, unwanted, choices)
        if best is None:
            break
        terms, mask, worth = best
        found.append((terms, mask))
        left &= ~mask
        poor += worth < 0
    return [terms for terms, _ in _needed(found, wanted)], left


def _needed(found: list[tuple[Conjunction, int]], wanted: int) -> list[tuple[Conjunction, int]]:
    """The conjunctions without those whose wanted rows the others cover too, longest first."""
    kept = list(found)
    for item in sorted(found, key=lambda pair: -len(pair[0])):
        others = 0
        for other in kept:
            if other is not item:
                others |= other[1]
        if not item[1] & wanted & ~others:
            kept.remove(item)
    return kept


def conjunction(
    left: int, wanted: int, unwanted: int, choices: Sequence[Priced]
) -> tuple[Conjunction, int, float] | None:
    """The conjunction that is worth most, its rows and its worth: rows of ``left`` covered, less its cost; None when
    there is none.
    """
    useful = [c for c in choices if c.mask & left and unwanted & ~c.mask]
    beam: list[tuple[int, float, tuple[int, ...]]] = [(-1, 0.0, ())]
    best: tuple[float, float, tuple[int, ...], int] | None = None
    if not unwanted:
        return (), -1, left.bit_count() * PER_ROW
    visits = 0
    base = math.log2(left.bit_count() / (left.bit_count() + unwanted.bit_count()))
    for _ in range(LONGEST):
        grown: dict[int, tuple[float, float, tuple[int, ...]]] = {}
        for mask, cost, terms in beam:
            bad_before = mask & unwanted
            for i, choice in enumerate(useful):
                new = mask & choice.mask
                visits += 1
                if new & bad_before == bad_before:
                    continue
                good = (new & left).bit_count()
                if not good:
                    continue
                price = cost + choice.cost
                bad = (new & unwanted).bit_count()
                if not bad:
                    worth = good * PER_ROW - price + 0.01 * (new & wanted).bit_count()
                    if best is None or (worth, -price) > best[:2]:
                        best = (worth, -price, (*terms, i), new)
                    continue
                score = good * (math.log2(good / (good + bad)) - base) - price
                known = grown.get(new)
                if known is None or price < known[1]:
                    grown[new] = (score, price, (*terms, i))
        ranked = sorted(grown.items(), key=lambda item: (-item[1][0], item[1][1], item[1][2]))
        beam = [(mask, price, terms) for mask, (_, price, terms) in ranked[:BEAM]]
        if not beam or visits > VISITS:
            break
        ceiling = max((mask & left).bit_count() * PER_ROW - price for mask, price, _ in beam)
        if best is not None and ceiling <= best[0]:
            break
    if best is None:
        return None
    return tuple(useful[i].literal for i in best[2]), best[3], best[0]
