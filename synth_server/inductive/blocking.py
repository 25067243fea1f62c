"""What may not stand at a place: literals about several types at once, made for one effect, and told one by one."""

from collections.abc import Iterable, Mapping

from synth_server.inductive.features import Content
from synth_server.inductive.rules import Conjunction, Literal, Priced

Types = Mapping[
    Content, Mapping[str, int]
]  # by place that is looked at, and by type, the rows in which such a thing is there


def obstacles(found: Types, wanted: int, unwanted: int, full: int) -> Iterable[Priced]:
    """For every place "none of the types that stand there where the effect fails, and nowhere where it comes"."""
    for feature, kinds in found.items():
        bad = frozenset(kind for kind, rows in kinds.items() if rows & unwanted and not rows & wanted)
        if len(bad) > 1:
            held = 0
            for kind in bad:
                held |= kinds[kind]
            price = feature.cost((min(bad),), False) + 0.7 * (len(bad) - 1)
            yield Priced(Literal(feature, bad, positive=False), full & ~held, price)


def told(when: Conjunction, found: Types, unwanted: int, rows: Mapping[Literal, int]) -> Conjunction:
    """The conjunction with a literal for each type that must not be at a place; those that matter for no row left out.

    ``rows`` are those in which the literals hold.
    """
    kept: list[Literal] = []
    for literal in when:
        if not isinstance(literal.feature, Content) or not isinstance(literal.token, frozenset):
            kept.append(literal)
            continue
        wrong = unwanted
        for other in when:
            wrong &= rows[other] if other is not literal else -1
        kinds = found[literal.feature]
        needed = sorted(literal.token)
        for kind in sorted(needed, key=lambda kind: ((kinds[kind] & wrong).bit_count(), kind)):
            others = 0
            for other_kind in needed:
                others |= kinds[other_kind] if other_kind != kind else 0
            if not wrong & kinds[kind] & ~others:
                needed.remove(kind)
        kept += [Literal(literal.feature, (kind,), positive=False) for kind in needed]
    return tuple(kept)


def price(when: Conjunction) -> float:
    """What a conjunction costs; a place where several types must not be is paid for once."""
    total, looked = 0.0, set[Content]()
    for literal in when:
        total += literal.feature.cost(literal.token, literal.positive)
        if isinstance(literal.feature, Content) and not literal.positive:
            total -= literal.feature.place.cost if literal.feature in looked else 0.0
            looked.add(literal.feature)
    return total
