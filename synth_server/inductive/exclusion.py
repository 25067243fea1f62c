"""Two things of a kind that were never at one place are taken to be in each other's way."""

from synth_server.inductive.effects import Effect, Shift, ShiftBy
from synth_server.inductive.evidence import Evidence
from synth_server.inductive.features import Content
from synth_server.inductive.refs import SELF, Place, View
from synth_server.inductive.rules import Conjunction, Literal

LEAST_SCENES = 20  # with several of a kind, before their being apart says anything


def apart(view: View, evidence: Evidence, effect: Effect, when: Conjunction, hits: int) -> Conjunction:
    """The condition of a move with "no other of my kind stands there", unless a row speaks against it."""
    target = _target(effect)
    kind = evidence.rows[0].thing.type if evidence.rows and evidence.rows[0].thing is not None else None
    if target is None or kind is None or not _always_apart(evidence, kind):
        return when
    plain = Literal(Content(target, view.shape), (kind,), positive=False)
    if any(
        isinstance(t.feature, Content) and t.feature.place == target and t.token in {(kind,), ("any",)} for t in when
    ):
        return when
    return when if hits & ~evidence.mask(plain) else (*when, plain)


def _target(effect: Effect) -> Place | None:
    """Where a move leads, seen from self."""
    if isinstance(effect, Shift) and effect.far == 1:
        return Place(SELF, 1, way=effect.way)
    return Place(SELF, offset=effect.offset) if isinstance(effect, ShiftBy) else None


def _always_apart(evidence: Evidence, kind: str) -> bool:
    """Whether there were many scenes with several of a kind, and never two at one place."""
    crowded = 0
    for scene in {id(row.step.before): row.step.before for row in evidence.rows}.values():
        places = [thing.pos for thing in scene.of.get(kind, ()) if thing.pos is not None]
        crowded += len(places) > 1
        if len(set(places)) < len(places):
            return False
    return crowded >= LEAST_SCENES
