"""What is open about an action with a schema: its version space, told by what lacked where it did nothing.

Whatever an action needs held in all cases in which it did something. What held in all of them is the most special
condition that fits. An action may work without some of it, unless it failed where no more than that lacked. So a
situation is open if something lacks, and no case in vain lacked nothing but that. The same for each further change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.runtime.values import same
from synth_server.inductive.desk import is_like
from synth_server.inductive.effects import UNKNOWN
from synth_server.inductive.parts import Part, Schema, Write
from synth_server.inductive.refs import Row, rows_of
from synth_server.inductive.rules import Conjunction, Literal, holds
from synth_server.inductive.scene import Step
from synth_server.inductive.theory import Theory

MOST_VAIN = 60  # ways to fail that are told


@dataclass(frozen=True)
class Version:
    """What held in all ``shown`` cases in which an action did something, or a further change came.

    ``vain`` are the least sets of these (by number) that lacked where it did not.
    """

    name: str
    held: Conjunction
    shown: int
    vain: tuple[tuple[int, ...], ...]


def versions(theory: Theory, steps: Sequence[Step]) -> tuple[Version, ...]:
    """What is open about each action of which all conditions are told by one schema."""
    taken: dict[str, list[Step]] = {}
    for step in steps:
        taken.setdefault(step.action.name, []).append(step)
    found: list[Version] = []
    for schema in theory.schemas:
        if schema.held:
            rows = rows_of(theory.view, taken[schema.name], None)
            always = [part for branch in schema.branches if not branch.when for part in branch.parts]
            found.append(_version(schema, schema.held, always, rows))
            further = [branch for branch in schema.branches if branch.held]
            found += [_version(schema, branch.held, branch.parts, rows, branch.when) for branch in further]
    return tuple(found)


def _version(
    schema: Schema, held: Conjunction, parts: Sequence[Part], rows: Sequence[Row], when: Conjunction | None = None
) -> Version:
    shown: list[Row] = []
    others: list[Row] = []
    for row in rows:
        came = _changed(row.step) if when is None else any(_came(part, row) for part in parts)
        (shown if came and (when is None or holds((*schema.needs, *when), row)) else others).append(row)
    kept = tuple(literal for literal in held if all(holds((literal,), row) for row in shown))
    own = {number for number, literal in enumerate(kept) if _writes(parts, literal)}
    lacked: set[frozenset[int]] = set()
    for row in others:
        lacking = frozenset(i for i, literal in enumerate(kept) if not holds((literal,), row))
        seen = not parts or any(_would(part, row) for part in parts)
        lacked.add(lacking if seen else lacking & own or lacking)
    least = [one for one in lacked if one and not any(other < one for other in lacked if other)]
    vain = sorted((tuple(sorted(one)) for one in least), key=lambda one: (len(one), one))
    return Version(schema.name, kept, len(shown), tuple(vain[:MOST_VAIN]))


def _changed(step: Step) -> bool:
    return step.before is not step.after


def _writes(parts: Sequence[Part], literal: Literal) -> bool:
    """Whether a condition is about an attribute that one of the parts writes."""
    path = getattr(literal.feature, "path", None)
    return path is not None and any(
        isinstance(part, Write) and (part.role, part.slot.attr) == (path.ref, path.attr) for part in parts
    )


def _came(part: Part, row: Row) -> bool:
    """Whether a change is seen in a row."""
    if not isinstance(part, Write):
        attrs = part.made(row)
        return attrs is not None and any(is_like(thing, part.kind, attrs) for thing in row.step.created)
    return any(same(value, part.slot.then(mine)) for mine, value in _to_write(part, row))


def _would(part: Part, row: Row) -> bool:
    """Whether a change would be seen in a row if it came."""
    if not isinstance(part, Write):
        attrs = part.made(row)
        there = row.step.before.of.get(part.kind, ())
        return attrs is not None and not (part.once and any(is_like(thing, part.kind, attrs) for thing in there))
    return any(True for _ in _to_write(part, row))


def _to_write(part: Write, row: Row) -> Iterator[tuple[Row, object]]:
    """The things that would be other, with what would be written."""
    fates = {id(old): new for old, new in row.step.pairs}
    for thing in part.role.things(row):
        mine = Row(row.step, thing, fates.get(id(thing)), row.actor, row.vector, row.ways, row.memo)
        value = part.effect.value(mine)
        there = part.slot.part == "gone" or part.slot.attr in thing.attrs
        if there and value is not UNKNOWN and not same(value, part.slot.now(mine)):
            yield mine, value
