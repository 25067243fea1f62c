"""Types of things that were never tried where others change: hoped to change alike, until a row says no.

A rule that several types share says more of what is done than of what it is done to. That a further type would do
otherwise is possible, but an agent that does not hope so never finds out. The model calls such steps uncertain, as it
does all that no row shows.
"""

from collections.abc import Sequence
from dataclasses import replace

from synth_server.inductive.analogy import Rule
from synth_server.inductive.effects import Effect
from synth_server.inductive.features import ActionName
from synth_server.inductive.refs import View, rows_of
from synth_server.inductive.rules import holds
from synth_server.inductive.scene import Step

LEAST_TYPES = 2  # that must have changed alike


def with_untried(view: View, steps: Sequence[Step], rules: Sequence[Rule]) -> list[Rule]:
    """The rules with those for types that were never tried; these have no support."""
    seen = [rule for rule in rules if rule.support]
    alike: dict[tuple[str, str, Effect], list[Rule]] = {}
    for rule in seen:
        alike.setdefault((rule.slot.part, rule.slot.attr, rule.effect), []).append(rule)
    return [*seen, *(more for group in alike.values() for more in _of_others(view, steps, group, seen))]


def _of_others(view: View, steps: Sequence[Step], group: Sequence[Rule], seen: Sequence[Rule]) -> list[Rule]:
    """The best known rule of those alike, for each type that may be concerned and of which no row speaks against it."""
    known = {rule.slot.kind for rule in group}
    if len(known) < LEAST_TYPES:
        return []
    best = max(group, key=lambda rule: (rule.support, rule.slot.kind))
    when = tuple(
        sorted(best.when, key=lambda literal: not isinstance(literal.feature, ActionName))
    )  # the quickest first
    found = []
    for kind in sorted(view.shape.types):
        slot = replace(best.slot, kind=kind)
        if kind == view.shape.actor or any(rule.slot == slot for rule in seen):
            continue
        rows = rows_of(view, steps, kind)
        has = all(not slot.attr or (row.thing is not None and slot.attr in row.thing.attrs) for row in rows)
        if rows and has and not any(holds(when, row) for row in rows):
            found.append(Rule(slot, best.when, best.effect, 0))
    return found
