"""Learning the dynamics: for every slot that ever changes, rules of condition and effect."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sandbox.runtime.values import Value, same
from synth_server.inductive.analogy import Draft, Rule, completed
from synth_server.inductive.blocking import price
from synth_server.inductive.candidates import effects_for
from synth_server.inductive.conditions import Found, conditions
from synth_server.inductive.creations import Creation, learn_creations
from synth_server.inductive.effects import UNKNOWN, Effect, Slot
from synth_server.inductive.evidence import Evidence, bits
from synth_server.inductive.exclusion import company, with_blockers
from synth_server.inductive.features import InRow, SelfAt
from synth_server.inductive.frames import Frame, find_frame
from synth_server.inductive.language import features_for
from synth_server.inductive.parts import Schema
from synth_server.inductive.refs import Row, View, rows_of
from synth_server.inductive.scene import Shape, Step, Thing
from synth_server.inductive.schemas import Pieces, learn_schemas
from synth_server.inductive.untried import with_untried
from synth_server.inductive.ways import find_ways

RULE, MISSED = 2.0, 5.0  # the price of a rule besides its parts, and of a change that no rule explains
CHANCE = 15  # changes without a rule from which on a slot is taken to change by chance
CONTENDERS = 5  # effects whose conditions are searched before one is chosen


@dataclass(frozen=True)
class Theory:
    """What was learned of the dynamics. ``missed`` counts changes that no rule explains.

    Actions with a schema are told by it alone, all others by the rules.
    """

    view: View
    rules: tuple[Rule, ...]
    creations: tuple[Creation, ...]
    missed: int
    schemas: tuple[Schema, ...] = ()

    @property
    def shape(self) -> Shape:
        """What was found out about the data as a whole."""
        return self.view.shape

    @property
    def frame(self) -> Frame:
        """The main direction."""
        return self.view.frame


def learn(shape: Shape, steps: Sequence[Step], known: Pieces | None = None) -> Theory:
    """The rules of the dynamics that the steps show; the actor changes last, or first where that explains it better.

    ``known`` saves time and changes nothing.
    """
    view = view_of(shape, steps)
    schemas = learn_schemas(view, steps, known)
    told = {schema.name for schema in schemas}
    rest = [step for step in steps if step.action.name not in told]
    found = _learn(view, rest)
    if shape.actor is not None and (found.missed or any(_by_itself(rule, shape) for rule in found.rules)):
        other = _learn(replace(view, early=True), rest)
        found = other if _length(other) < _length(found) else found
    return replace(found, rules=_with_untried(found.view, rest, found.rules), schemas=schemas)


def _with_untried(view: View, steps: Sequence[Step], rules: Sequence[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(with_untried(view, steps, rules), key=lambda rule: _order(view, rule.slot)))


def view_of(shape: Shape, steps: Sequence[Step]) -> View:
    """The directions that the steps show."""
    view = View(shape, find_frame(shape, steps))
    return replace(view, ways=find_ways(view, steps))


def _by_itself(rule: Rule, shape: Shape) -> bool:
    """Whether a rule lets things that are not the actor move wherever they are."""
    near = any(isinstance(literal.feature, SelfAt | InRow) and literal.positive for literal in rule.when)
    return rule.slot.kind != shape.actor and rule.slot.part == "place" and not near


def _length(theory: Theory) -> float:
    """How much it takes to tell all changes: the rules, and what they miss."""
    return sum(rule.effect.cost + RULE + price(rule.when) for rule in theory.rules) + MISSED * theory.missed


def relearn(theory: Theory, steps: Sequence[Step], slots: Collection[Slot], *, creations: bool) -> Theory:
    """The theory with other rules for these slots, and for what comes into being if ``creations``.

    Where one rule about places changes all do, since they have to do with each other. ``steps`` are
    those of actions without a schema.
    """
    if any(slot.part == "place" for slot in slots):
        slots = {*slots, *(rule.slot for rule in theory.rules if rule.slot.part == "place")}
    rules, missed = _learn_rules(theory.view, steps, set(slots))
    kept = [rule for rule in theory.rules if rule.slot not in slots]
    told = _with_untried(theory.view, steps, (*kept, *rules))
    made, left = learn_creations(theory.view, steps) if creations else (theory.creations, 0)
    return replace(theory, rules=told, creations=tuple(made), missed=theory.missed + missed + left)


def _learn(view: View, steps: Sequence[Step]) -> Theory:
    rules, missed = _learn_rules(view, steps)
    creations, left = learn_creations(view, steps)
    return Theory(view, tuple(rules), tuple(creations), missed + left)


def _learn_rules(view: View, steps: Sequence[Step], only: set[Slot] | None = None) -> tuple[list[Rule], int]:
    """Rules for every slot that changes, or for those of ``only`` alone; and the number of changes without one."""
    slots = sorted(slots_of(view.shape, steps), key=lambda slot: _order(view, slot))
    moving = {slot.kind for slot in slots if slot.part == "place"}
    drafts: list[Draft] = []
    missed = 0
    wanted = [slot for slot in slots if only is None or slot in only]
    for kind in dict.fromkeys(slot.kind for slot in wanted):
        rows = rows_of(view, steps, kind)
        settled = [
            t
            for t in sorted(view.shape.types)
            if t == kind or t not in moving or (view.early and t == view.shape.actor)
        ]
        evidence = Evidence(view, rows, features_for(view, rows, kind, settled))
        for slot in (slot for slot in wanted if slot.kind == kind):
            found, left = _learn_slot(view, evidence, slot)
            drafts += found
            missed += left
    return _rules(view, steps, completed(drafts)), missed


def _rules(view: View, steps: Sequence[Step], drafts: Sequence[Draft]) -> list[Rule]:
    """The rules, with what they have to say about things in the way."""
    moves = [draft for draft in drafts if draft.rule.slot.part == "place"]
    told = [(d.rule.slot.kind, d.rule.effect, d.rule.when, d.hits, d.evidence) for d in moves]
    whens = dict(zip(map(id, moves), with_blockers(view, company(steps), told), strict=True)) if moves else {}
    return [replace(draft.rule, when=whens.get(id(draft), draft.rule.when)) for draft in drafts]


def slots_of(shape: Shape, steps: Sequence[Step]) -> set[Slot]:
    """What changes in these steps."""
    found: set[Slot] = set()
    for step in steps:
        for old, new in step.pairs:
            if new is None:
                found.add(Slot(old.type, "gone"))
            elif old.digest != new.digest:
                if old.pos != new.pos:
                    found.add(Slot(old.type, "place"))
                found.update(
                    Slot(old.type, "attr", name)
                    for name in set(old.attrs) | set(new.attrs)
                    if not same(old.attrs.get(name), new.attrs.get(name)) and not _is_place(shape, name, old, new)
                )
    return found


def _is_place(shape: Shape, name: str, old: Thing, new: Thing) -> bool:
    return shape.place is not None and name in shape.place and (old.pos is not None or new.pos is not None)


def _order(view: View, slot: Slot) -> tuple[bool, int, str, str]:
    """Others before the actor, which meets a world that has changed already, its place last; or the actor first."""
    mine = slot.kind == view.shape.actor
    return (mine is not view.early, ("attr", "gone", "place").index(slot.part), slot.kind, slot.attr)


def _learn_slot(view: View, evidence: Evidence, slot: Slot) -> tuple[list[Draft], int]:
    rows = evidence.rows
    then = [slot.then(row) for row in rows]
    changed = sum(1 << i for i, row in enumerate(rows) if then[i] is not UNKNOWN and not same(slot.now(row), then[i]))
    effects = effects_for(view, slot, rows, [row for i, row in enumerate(rows) if changed >> i & 1])
    outcomes = [_outcome(effect, rows, then) for effect in effects]
    rules: list[Draft] = []
    left = changed
    hopeless: set[int] = set()
    while left:
        ranked = sorted(
            (effect.cost - 2.0 * (right & left).bit_count(), i)
            for i, (effect, (right, _)) in enumerate(zip(effects, outcomes, strict=True))
            if i not in hopeless and right & left
        )
        trials = [(i, *_try(evidence, slot, outcomes[i], changed, left)) for _, i in ranked[:CONTENDERS]]
        if not trials:
            break
        chosen, found, covered = max(trials, key=lambda trial: (_worth(trial, effects), -trial[0]))
        hopeless.add(chosen)
        wanted = outcomes[chosen][0] & changed
        for when, mask in found:
            hits = mask & wanted
            rule = Rule(slot, when, effects[chosen], hits.bit_count())
            rules.append(Draft(rule, hits, outcomes[chosen][1], evidence))
        left &= ~covered
    if left.bit_count() >= max(CHANCE, 0.15 * changed.bit_count()):
        rules = [draft for draft in rules if _worth_saying(draft)]
        for draft in rules:
            changed &= ~draft.hits
        left = changed
    return rules, left.bit_count()


def _worth_saying(draft: Draft) -> bool:
    """Whether a rule of something that mostly has no rule says more than chance would."""
    return draft.rule.support * 2.0 > 2.0 * RULE + draft.rule.effect.cost + price(draft.rule.when)


def _try(evidence: Evidence, slot: Slot, outcome: tuple[int, int], changed: int, left: int) -> tuple[Found, int]:
    """Conditions for an effect, and the rows that they explain."""
    right, wrong = outcome
    found, remaining = conditions(evidence, right & changed & left, wrong, moves=slot.part == "place")
    return found, right & changed & left & ~remaining


def _worth(trial: tuple[int, Found, int], effects: Sequence[Effect]) -> float:
    """What an effect with its conditions explains, less what it takes to say it."""
    chosen, found, covered = trial
    cost = sum(effects[chosen].cost + price(when) for when, _ in found)
    return covered.bit_count() * 2.0 - cost - 2.0 * max(0, len(found) - 1)


def _outcome(effect: Effect, rows: Sequence[Row], then: Sequence[Value]) -> tuple[int, int]:
    """The rows in which the effect gives what came, and those in which it gives something else."""
    right: list[int] = []
    wrong: list[int] = []
    for i, row in enumerate(rows):
        value = effect.value(row)
        if value is not UNKNOWN and then[i] is not UNKNOWN:
            (right if same(value, then[i]) else wrong).append(i)
    return bits(right), bits(wrong)
