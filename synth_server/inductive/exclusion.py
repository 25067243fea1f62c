"""What is in the way: what few rows leave open about where things cannot go.

Things of a kind that were never at one place are taken to be in each other's way, unless others that move pass through
them; and what blocks one mover is taken to block others that were never where it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from synth_server.inductive.effects import Effect, Shift, ShiftBy
from synth_server.inductive.evidence import Evidence
from synth_server.inductive.features import Content
from synth_server.inductive.refs import SELF, Place, View
from synth_server.inductive.rules import Conjunction, Literal
from synth_server.inductive.scene import Scene, Step

LEAST_SCENES = 8  # with several of a kind, before their being apart says anything


@dataclass(frozen=True)
class Company:
    """Which types were at one place, which move, where others went while they stood there, and which are crowded."""

    together: frozenset[tuple[str, str]]
    movers: frozenset[str]
    entered: frozenset[str]
    crowded: frozenset[str]

    def apart(self, kind: str) -> bool:
        """Whether things of a kind are in each other's way."""
        passed = any((kind, mover) in self.together for mover in self.movers)
        return kind in self.crowded and (kind, kind) not in self.together and not passed


def company(steps: Sequence[Step]) -> Company:
    """What the steps say of types that are, or go, where others are."""
    together: set[tuple[str, str]] = set()
    movers: set[str] = set()
    entered: set[str] = set()
    crowds: dict[str, int] = {}
    scenes = {id(scene): scene for step in steps for scene in (step.before, step.after)}
    for scene in scenes.values():
        together.update(_together(scene))
        for kind, things in scene.of.items():
            crowds[kind] = crowds.get(kind, 0) + (len(things) > 1)
    for step in steps:
        for old, new in step.pairs:
            if new is not None and new.pos is not None and old.pos is not None and new.pos != old.pos:
                movers.add(old.type)
                entered.update(thing.type for thing in step.before.at.get(new.pos, ()))
    crowded = frozenset(kind for kind, count in crowds.items() if count >= LEAST_SCENES)
    return Company(frozenset(together), frozenset(movers), frozenset(entered), crowded)


def _together(scene: Scene) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for things in scene.at.values():
        if len(things) > 1:
            found |= {(a.type, b.type) for a in things for b in things if a is not b}
    return found


def completed(
    view: View, told: Company, evidence: Evidence, effect: Effect, when: Conjunction, hits: int, blocking: Sequence[str]
) -> Conjunction:
    """The condition of a move with "nothing that is in the way stands there", but for what a row speaks against.

    ``hits`` are the rows that the rule explains; ``blocking`` are the types that are known to block some mover.
    """
    kind = evidence.rows[0].thing.type if evidence.rows and evidence.rows[0].thing is not None else None
    place = target(view, effect, kind)
    if place is None or kind is None or _watched(when, place):
        return when
    kinds = [kind] if told.apart(kind) else []
    kinds += [other for other in blocking if other != kind and (kind, other) not in told.together]
    for other in kinds:
        literal = Literal(Content(place, view.shape), (other,), positive=False)
        said = any(
            isinstance(t.feature, Content) and t.feature.place == place and t.token in {(other,), ("any",)}
            for t in when
        )
        if not said and not hits & ~evidence.mask(literal):
            when = (*when, literal)
    return when


def _watched(when: Conjunction, place: Place) -> bool:
    """Whether a condition says already what stands at a place."""
    return any(isinstance(t.feature, Content) and t.feature.place == place and t.positive for t in when)


def blockers(view: View, told: Company, moves: Sequence[tuple[str, Effect, Conjunction]]) -> list[str]:
    """The types that some move is blocked by, and that nothing ever entered."""
    found = {
        t.token[0]
        for kind, effect, when in moves
        for t in when
        if isinstance(t.feature, Content) and not t.positive and t.feature.place == target(view, effect, kind)
        if isinstance(t.token, tuple) and len(t.token) == 1 and t.token[0] in view.shape.types
    }
    return sorted(found - told.entered)


def target(view: View, effect: Effect, kind: str | None) -> Place | None:
    """Where a move leads, seen from self, or from the actor where that is self."""
    me = view.actor if view.actor is not None and kind == view.shape.actor else SELF
    if isinstance(effect, Shift) and effect.far == 1:
        return Place(me if not effect.way else SELF, 1, way=effect.way)
    return Place(SELF, offset=effect.offset) if isinstance(effect, ShiftBy) else None


def with_blockers(
    view: View, told: Company, drafts: Sequence[tuple[str, Effect, Conjunction, int, Evidence]]
) -> list[Conjunction]:
    """The conditions of all drafts of rules about places, completed."""
    blocking = blockers(view, told, [(kind, effect, when) for kind, effect, when, _, _ in drafts])
    return [completed(view, told, evidence, effect, when, hits, blocking) for _, effect, when, hits, evidence in drafts]
