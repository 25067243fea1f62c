"""Types of things that were never seen to change where others do: hoped to change alike, until the rows say no.

A rule that several types share says more of what is done than of what it is done to; so does one of a type whose
attributes a further type has too. That may do otherwise, but an agent that does not hope so never finds out. The model
calls such steps uncertain, as it does all that no row shows.
"""

from collections.abc import Sequence
from dataclasses import replace

from sandbox.runtime.values import same
from synth_server.inductive.analogy import Rule
from synth_server.inductive.effects import Effect
from synth_server.inductive.features import ActionName, Attribute, Content
from synth_server.inductive.language import features_for
from synth_server.inductive.refs import Path, Row, View, rows_of
from synth_server.inductive.rules import Conjunction, Literal, holds
from synth_server.inductive.scene import Shape, Step

LEAST_TYPES = 2  # that must have changed alike, unless the further one is like the one


def with_untried(view: View, steps: Sequence[Step], rules: Sequence[Rule]) -> list[Rule]:
    """The rules with those for types that were never tried; these have no support."""
    seen = [rule for rule in rules if rule.support]
    alike: dict[tuple[str, str, Effect, frozenset[Literal]], list[Rule]] = {}
    for rule in seen:
        alike.setdefault((rule.slot.part, rule.slot.attr, rule.effect, frozenset(map(_plain, rule.when))), []).append(
            rule
        )
    return [*seen, *(more for group in alike.values() for more in _of_others(view, steps, group, seen))]


def _of_others(view: View, steps: Sequence[Step], group: Sequence[Rule], seen: Sequence[Rule]) -> list[Rule]:
    """The best known rule of those alike, for each type that may be concerned and of which no row speaks against it."""
    known = {rule.slot.kind for rule in group}
    best = max(group, key=lambda rule: (rule.support, rule.slot.kind))
    found = []
    for kind in sorted(view.shape.types):
        slot = replace(best.slot, kind=kind)
        if kind == view.shape.actor or any(rule.slot == slot and _by_same(rule, best) for rule in seen):
            continue
        if len(known) < LEAST_TYPES and not _is_like(view.shape, kind, best.slot.kind):
            continue
        rows = rows_of(view, steps, kind)
        if rows and _looked_at(best) <= set(view.shape.types[kind]):
            when = _spoken_for(view, steps, best, _where(best.when, rows))
            found += [Rule(slot, when, best.effect, 0)] if when is not None else []
    return found


def _by_same(rule: Rule, other: Rule) -> bool:
    """Whether some action may bring about both changes; what other actions do to a type says nothing of these."""
    mine, others = _names(rule), _names(other)
    return mine is None or others is None or bool(mine & others)


def _names(rule: Rule) -> frozenset[object] | None:
    """The actions by which a change comes; None where the rule does not say."""
    for literal in rule.when:
        if isinstance(literal.feature, ActionName) and literal.positive:
            return literal.token if isinstance(literal.token, frozenset) else frozenset({literal.token})
    return None


def _is_like(shape: Shape, kind: str, other: str) -> bool:
    """Whether things of a type have all attributes of another's, and not places alone."""
    own = set(shape.types[other])
    return own <= set(shape.types[kind]) and bool(own - set(shape.place or ()))


def _plain(literal: Literal) -> Literal:
    """The literal without what it cost, and what changes before the type that it was learned of."""
    feature = literal.feature
    if isinstance(feature, ActionName):
        feature = ActionName()
    elif isinstance(feature, Content):
        feature = replace(feature, settled=None, dear=0.0)
    elif isinstance(feature, Attribute):
        feature = replace(feature, dear=0.0)
    return replace(literal, feature=feature)


def _looked_at(rule: Rule) -> set[str]:
    """The attributes of the thing itself that a rule looks at or changes."""
    own = {rule.slot.attr} - {""}
    for literal in rule.when:
        paths = (getattr(literal.feature, name, None) for name in ("path", "left", "right"))
        own |= {path.attr for path in paths if isinstance(path, Path) and path.ref.how == "self"} - {"type"}
    return own


def _where(when: Conjunction, rows: Sequence[Row]) -> list[Row]:
    """The rows in which all of it holds."""
    quickest = tuple(sorted(when, key=lambda literal: not isinstance(literal.feature, ActionName)))
    return [row for row in rows if holds(quickest, row)]


def _spoken_for(view: View, steps: Sequence[Step], rule: Rule, against: Sequence[Row]) -> Conjunction | None:
    """What to ask for, so that the rows in which a type did otherwise say nothing; None where they do.

    That is the rule's condition, or more: what else, of things besides, was so in all cases that showed the rule, and
    in none of these.
    """
    if not against:
        return rule.when
    rows = rows_of(view, steps, rule.slot.kind)
    shown = [row for row in _where(rule.when, rows) if not same(rule.slot.now(row), rule.slot.then(row))]
    if not shown:
        return None
    told = [
        Literal(feature, token)
        for feature in features_for(view, [*shown, *against], rule.slot.kind, ())
        if isinstance(feature, Attribute) and feature.path.ref.how == "single"
        for token in feature.tokens(shown[0])
    ]
    more = [
        literal
        for literal in told
        if all(holds((literal,), row) for row in shown) and not any(holds((literal,), row) for row in against)
    ]
    cheapest = min(more, key=lambda literal: literal.feature.cost(literal.token, True), default=None)
    return (*rule.when, cheapest) if cheapest is not None else None
