"""When an effect comes: conjunctions that the rows ask for, as wide and as special as they suggest."""

import math
from dataclasses import replace

from synth_server.inductive.blocking import told
from synth_server.inductive.evidence import Evidence
from synth_server.inductive.features import ActionName, Content, Feature
from synth_server.inductive.frames import Frame
from synth_server.inductive.kin import kin
from synth_server.inductive.refs import Path, Place
from synth_server.inductive.rules import Conjunction, Literal, cover
from synth_server.inductive.scene import Point
from synth_server.inductive.surprise import specialised

STRANGE, ALONE = 2.0, -1.0  # bits of surprise at seeing an effect under some actions, or under one, alone
LEAST_TYPED = 3  # rows that must show of what type a thing is that a rule looks at
OFTEN = 6  # rows with an action after which nobody hopes that it might do what others do

Found = list[tuple[Conjunction, int]]


def conditions(evidence: Evidence, wanted: int, unwanted: int, *, moves: bool = False) -> tuple[Found, int]:
    """Conjunctions with the rows that they cover, and the wanted rows that none covers.

    Where an effect that ``moves`` nothing is kept from coming by several types at a place, it needs the place empty.
    """
    choices = evidence.priced(wanted, unwanted)
    found, left = cover(wanted, unwanted, choices)
    plain = [told(when, evidence.types, unwanted, {t: evidence.mask(t) for t in when}) for when in found]
    plain = [_appeared(when, evidence, wanted, unwanted) for when in plain]
    plain = [_acting(_typed(when, evidence, wanted), evidence, wanted) for when in plain]
    if not moves:
        plain = [_emptied(when, evidence, wanted) for when in plain]
    relaxed = [_relaxed(when, evidence, wanted, unwanted) for when in plain]
    return [specialised(when, evidence, wanted, choices) for when in relaxed], left


def _appeared(when: Conjunction, evidence: Evidence, wanted: int, unwanted: int) -> Conjunction:
    """The conjunction with "something came to be there" for "one of this type did", if no row speaks against it.

    What comes of a record may be of any type, also of one that has not come yet.
    """
    for literal in when:
        feature = literal.feature
        if not isinstance(feature, Content) or not feature.middle or not literal.positive:
            continue
        before = Literal(replace(feature, middle=False, settled=None), literal.token, positive=False)
        if before not in when:
            continue
        wide = {literal: Literal(literal.feature, ("any",)), before: Literal(before.feature, ("any",), positive=False)}
        wider = tuple(wide.get(one, one) for one in when)
        held, wider_held = evidence.holding(when), evidence.holding(wider)
        if not held & wanted & ~wider_held and not wider_held & unwanted:
            when = wider
    return when


def _emptied(when: Conjunction, evidence: Evidence, wanted: int) -> Conjunction:
    """The conjunction with "nothing is there" where two types must not be, if nothing ever was."""
    hits = wanted & evidence.holding(when)
    absent: dict[Content, list[Literal]] = {}
    for literal in when:
        kinds = evidence.types.get(literal.feature, {}) if isinstance(literal.feature, Content) else {}
        if (
            isinstance(literal.feature, Content)
            and not literal.positive
            and literal.token in {(kind,) for kind in kinds}
        ):
            absent.setdefault(literal.feature, []).append(literal)
    for feature, literals in absent.items():
        empty = Literal(feature, ("any",), positive=False)
        if len(literals) > 1 and feature.settled is None and not hits & ~evidence.mask(empty):
            when = (*(literal for literal in when if literal not in literals), empty)
    return when


def _typed(when: Conjunction, evidence: Evidence, wanted: int) -> Conjunction:
    """The conjunction with the type of what stands at a place whose attributes it looks at, if it was always the same.

    Only where things of several types stand there.
    """
    hits = wanted & evidence.holding(when)
    if hits.bit_count() < LEAST_TYPED:
        return when
    for place in dict.fromkeys(place for literal in when if literal.positive for place in _looked_at(literal.feature)):
        feature = Content(place, evidence.view.shape)
        kinds = evidence.types.get(feature, {})
        sure = [Literal(feature, (kind,)) for kind in sorted(kinds) if not hits & ~kinds[kind]]
        if len(sure) == 1 and len(kinds) > 1 and sure[0] not in when:
            when = (*when, sure[0])
    return when


def _looked_at(feature: Feature) -> list[Place]:
    """The places whose things' attributes a feature looks at, but for self's own."""
    paths = [getattr(feature, name, None) for name in ("path", "left", "right")]
    refs = [path.ref for path in paths if isinstance(path, Path)]
    return [ref.place for ref in refs if ref.how == "at" and ref.place is not None and not ref.mine()]


def _acting(when: Conjunction, evidence: Evidence, wanted: int) -> Conjunction:
    """The conjunction with the actions under which its effect came, where it would be strange that others never showed.

    One that depends on the main direction knows its actions where they are directions.
    """
    if any(isinstance(literal.feature, ActionName) for literal in when):
        return when
    hits = wanted & evidence.holding(when)
    seen, directions = evidence.acted(hits), evidence.directions()
    names = seen | directions if seen & directions else seen
    other = sum(held.bit_count() for name, held in evidence.names.items() if name not in names)
    share = 1 - other / (len(evidence.rows) - hits.bit_count() + 1)
    moments = len({evidence.rows[i].step.number for i in range(len(evidence.rows)) if hits >> i & 1})
    choices = math.log2(math.comb(len(evidence.names), len(names)))
    alone = len(seen) == 1 and len(evidence.acted(wanted)) * 2 <= len(evidence.names)
    if not other or -moments * math.log2(max(share, 1e-9)) - choices < (ALONE if alone else STRANGE):
        return when
    if len(names) == 1:
        return (Literal(ActionName(), min(names)), *when)
    return (Literal(ActionName((names,)), names), *when)


def _relaxed(when: Conjunction, evidence: Evidence, wanted: int, unwanted: int) -> Conjunction:
    """The conjunction with a set of actions widened as far as the data allow.

    Whatever action no row speaks against is hoped to work too, while it was seldom taken or is a direction like others
    (a sibling); what was hoped in vain comes back as a row.
    """
    siblings = evidence.directions()
    seen = evidence.acted(wanted & evidence.holding(when))
    terms: list[Literal] = []
    for literal in when:
        if isinstance(literal.token, frozenset):
            others = [other for other in when if other is not literal]
            against = evidence.acted(unwanted & evidence.holding(others))
            against |= evidence.tried(OFTEN) - seen - siblings
            against |= _rivals(evidence.view.frame, seen, against)
            against |= kin(against, [family for family in evidence.families if not family & seen])
            if len(against) > 1:
                terms.append(Literal(ActionName((against,)), against, positive=False))
            else:
                terms += [Literal(ActionName(), name, positive=False) for name in sorted(against)]
        else:
            terms.append(literal)
    return tuple(terms)


def _rivals(frame: Frame, with_: frozenset[str], without: frozenset[str]) -> frozenset[str]:
    """The actions that stand to one ``with_`` the effect as, in another direction, one without it does.

    Where two actions lead the same way and one has the effect and the other has not, it is taken to be so in every
    direction.
    """
    groups: dict[Point, set[str]] = {}
    for key, vector in frame.table.items() if frame.source == "action" else ():
        groups.setdefault(vector, set()).add(str(key))
    split = [group for group in groups.values() if group & with_ and group & without]
    if not split or any(len(group & with_) > 1 for group in groups.values()):
        return frozenset()
    return frozenset(name for group in groups.values() if group & with_ for name in group - with_)
