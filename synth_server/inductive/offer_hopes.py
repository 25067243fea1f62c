"""Where actions may be offered too: what no state spoke against, as far as names of attributes say so.

Whoever saw actions offered at what cannot be opened, and never at what is closed, does not know about what is open. The
rule with the fewest words asks for what cannot be opened. That ``opened`` goes with ``openable`` is told by their
names; that it changes makes it worth a hope: the first attempt tells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from sandbox.runtime.values import Value, same
from synth_server.inductive.features import Attribute
from synth_server.inductive.offer_language import Either
from synth_server.inductive.refs import Path, Row
from synth_server.inductive.rules import Conjunction, Literal
from synth_server.inductive.scene import Step

LEAST_ALIKE = 4  # letters that the names of two attributes share in a row, and half of the longer one

Changing = Mapping[str, Sequence[str]]  # by type the attributes, true or false, that were seen to change


def changing(steps: Iterable[Step]) -> Changing:
    """What is true or false of things and changed in some step."""
    found: dict[str, set[str]] = {}
    for step in steps:
        for old, new in step.pairs:
            if new is not None and new.digest != old.digest:
                names = [name for name, value in new.attrs.items() if _switched(value, old.attrs.get(name))]
                found.setdefault(old.type, set()).update(names)
    return {kind: sorted(names) for kind, names in found.items()}


def _switched(value: Value, before: Value) -> bool:
    return isinstance(value, bool) and isinstance(before, bool) and not same(value, before)


def wider(when: Conjunction, cases: Sequence[Row], attributes: Changing) -> Iterator[Conjunction]:
    """The condition with one of its literals or an attribute akin to it; in no case that lacks it did that hold."""
    for place, literal in enumerate(when):
        feature = literal.feature
        if not isinstance(feature, Attribute) or feature.path.entry is not None:
            continue
        told = {other.feature.path for other in when if isinstance(other.feature, Attribute)}
        lacking = [row for row in cases if (literal.token in feature.tokens(row)) is not literal.positive]
        things = [thing for row in lacking for thing in [feature.path.ref.thing(row)] if thing is not None]
        for name in sorted({name for thing in things for name in attributes.get(thing.type, ())}):
            values = {thing.attrs.get(name) for thing in things}
            path = Path(feature.path.ref, name)
            if path not in told and len(values) == 1 and akin(name, feature.path.attr):
                hoped = Literal(Attribute(path), ("is", "bool", not values.pop()), True)
                yield (*when[:place], Literal(Either((literal, hoped)), True), *when[place + 1 :])


def akin(one: str, other: str) -> bool:
    """Whether the names of two attributes have a long part in common."""
    size = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    return size >= LEAST_ALIKE and 2 * size >= max(len(one), len(other))
