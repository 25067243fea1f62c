"""Making a condition as special as its successes say.

A literal that holds in every success although it holds by chance seldom is taken for a part of the condition, even
where no failure asks for it: after ten successes with the lamp on, when lamps are on half of the time, the lamp
matters. How often it holds is asked of the rows that have such a value at all. What lasts for many rows (a literal true
for a long stretch) counts once a stretch, not once a row.
"""

import math
from collections.abc import Sequence

from synth_server.inductive.evidence import Evidence
from synth_server.inductive.features import ActionName, Content, Feature, SelfAt, Towards
from synth_server.inductive.rules import Conjunction, Priced

MOST_ADDED = 3
LEAST_ROWS = 4  # other rows that must show how often a literal holds
DEAREST = 4.0


def specialised(
    when: Conjunction, evidence: Evidence, wanted: int, choices: Sequence[Priced]
) -> tuple[Conjunction, int]:
    """The conjunction with the literals that its successes make certain, and the rows in which it holds."""
    mask = evidence.holding(when)
    for _ in range(MOST_ADDED if when else 0):
        best = _most_surprising(when, evidence, mask & wanted, choices)
        if best is None:
            break
        when = (*when, best.literal)
        mask &= best.mask
    return when, mask


def _most_surprising(when: Conjunction, evidence: Evidence, hits: int, choices: Sequence[Priced]) -> Priced | None:
    """The literal that holds in all successes with the least chance of that, if it is small enough."""
    if hits.bit_count() < LEAST_ROWS:
        return None
    wider = list(_without_each(when, evidence))
    known = {literal.feature for literal in when}
    placed = any(literal.positive and isinstance(literal.feature, SelfAt) for literal in when)
    best: tuple[float, Priced] | None = None
    eligible = [choice for choice in choices if _may_join(choice, known)]
    eligible = [choice for choice in eligible if not placed or not isinstance(choice.literal.feature, Towards)]
    limit = math.log2(len(eligible) + 1)
    for choice in eligible:
        if hits & ~choice.mask:
            continue
        told = evidence.told(choice.literal.feature)
        chance = max(_share(choice.mask, rows & told & ~hits) for rows in wider)
        if chance > 0.75:
            continue
        gain = -_stretches(choice.mask, hits, len(evidence.rows)) * math.log2(chance) - choice.cost - limit
        if gain > 0 and (best is None or gain > best[0]):
            best = (gain, choice)
    return best[1] if best else None


def _may_join(choice: Priced, known: set[Feature]) -> bool:
    """Whether a literal may be added; what stands near is seldom a matter of chance."""
    literal = choice.literal
    plain = literal.positive and choice.cost <= DEAREST and not isinstance(literal.feature, Content | ActionName)
    return plain and literal.feature not in known


def _without_each(when: Conjunction, evidence: Evidence) -> list[int]:
    """The rows in which all literals hold but perhaps one, for each one."""
    return [evidence.holding([literal for literal in when if literal is not left_out]) for left_out in when]


def _share(mask: int, rows: int) -> float:
    count = rows.bit_count()
    return ((mask & rows).bit_count() + 1) / (count + 2) if count >= LEAST_ROWS else 1.0


def _stretches(mask: int, hits: int, rows: int) -> int:
    """In how many unbroken stretches of rows in which the literal holds there is a success."""
    count, counted = 0, False
    for i in range(rows):
        if not mask >> i & 1:
            counted = False
        elif not counted and hits >> i & 1:
            count, counted = count + 1, True
    return count
