"""What of the things learned stands up to rows that came later."""

from collections.abc import Iterator, Mapping, Sequence

from sandbox.runtime.values import Value, same
from synth_server.inductive.analogy import Rule
from synth_server.inductive.creations import made_as
from synth_server.inductive.desk import is_like
from synth_server.inductive.effects import UNKNOWN, Slot
from synth_server.inductive.outcomes import Outcomes
from synth_server.inductive.parts import Part, Schema, Write
from synth_server.inductive.payoffs import rest
from synth_server.inductive.refs import Row, rows_of
from synth_server.inductive.rules import holds
from synth_server.inductive.scene import Step, Thing
from synth_server.inductive.theory import Theory, slots_of


def contradicted(theory: Theory, steps: Sequence[Step]) -> frozenset[Slot]:
    """The slots whose rules do not give what came in these steps."""
    rules: dict[Slot, list[Rule]] = {slot: [] for slot in slots_of(theory.shape, steps)}
    for rule in theory.rules:
        rules.setdefault(rule.slot, []).append(rule)
    kinds = {slot.kind for slot in rules}
    rows = {kind: rows_of(theory.view, steps, kind) for kind in sorted(kinds)}
    return frozenset(slot for slot, own in rules.items() if any(not _gives(slot, own, row) for row in rows[slot.kind]))


def _gives(slot: Slot, rules: Sequence[Rule], row: Row) -> bool:
    then = slot.then(row)
    if then is UNKNOWN:
        return True
    given = [rule.effect.value(row) for rule in rules if holds(rule.when, row)]
    given = [value for value in given if value is not UNKNOWN] or [slot.now(row)]
    return all(same(value, then) for value in given)


def creates(theory: Theory, steps: Sequence[Step]) -> bool:
    """Whether what came into being in these steps is what the theory says."""
    for row in rows_of(theory.view, steps, None):
        made = {made_as(theory.shape, one.body, row) for one in theory.creations if holds(one.when, row)} - {None}
        if made != {thing.digest for thing in row.step.created}:
            return False
    return True


def does(theory: Theory, steps: Sequence[Step]) -> bool:
    """Whether what the actions with a schema did in these steps is what it says."""
    schemas: dict[str, list[Schema]] = {}
    for schema in theory.schemas:
        schemas.setdefault(schema.name, []).append(schema)
    told = [step for step in steps if step.action.name in schemas]
    return all(_does(schemas[row.step.action.name], row) for row in rows_of(theory.view, told, None))


def _does(schemas: Sequence[Schema], row: Row) -> bool:
    fates = {id(old): new for old, new in row.step.pairs}
    wanted: dict[tuple[int, str], Value] = {}
    made: list[tuple[str, dict[str, Value]]] = []
    for part in _parts(schemas, row):
        if isinstance(part, Write):
            for thing in part.role.things(row):
                mine = Row(row.step, thing, fates.get(id(thing)), row.actor, row.vector, row.ways, row.memo)
                value = part.effect.value(mine)
                if value is not UNKNOWN and (part.slot.part == "gone" or part.slot.attr in thing.attrs):
                    wanted[id(thing), part.slot.attr] = value
        elif (attrs := part.made(row)) is not None:
            there = part.once and any(is_like(t, part.kind, attrs) for t in row.step.before.of.get(part.kind, ()))
            made += [] if there else [(part.kind, attrs)]
    came = list(row.step.created)
    for kind, attrs in made:
        match = next((thing for thing in came if is_like(thing, kind, attrs)), None)
        if match is None:
            return False
        came.remove(match)
    return not came and all(_fares(old, new, wanted) for old, new in row.step.pairs)


def _parts(schemas: Sequence[Schema], row: Row) -> Iterator[Part]:
    for schema in schemas:
        if holds(schema.needs, row):
            for branch in schema.branches:
                if holds(branch.when, row):
                    yield from branch.parts


def _fares(old: Thing, new: Thing | None, wanted: Mapping[tuple[int, str], Value]) -> bool:
    """Whether a thing became what is wanted of it, and nothing else."""
    if new is None or wanted.get((id(old), "")):
        return new is None and bool(wanted.get((id(old), "")))
    names = {*old.attrs, *new.attrs}
    return all(same(wanted.get((id(old), name), old.attrs.get(name)), new.attrs.get(name)) for name in names)


def pays(theory: Theory, outcomes: Outcomes, steps: Sequence[Step]) -> bool:
    """Whether these steps pay what was learned, and nothing that was hoped for held in vain."""
    for row in rows_of(theory.view, steps, None):
        if any(holds((hope,), row) for hope in outcomes.hopes):
            return False
        payment = next(((rule.reward, rule.done) for rule in outcomes.rules if holds(rule.when, row)), outcomes.usual)
        if payment != (rest(row, outcomes.amounts), row.step.done):
            return False
    return True
