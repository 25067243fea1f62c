"""What is wrong with data, before anything is spent on learning from them.

Everything here is read off the rows alone; no name of a type, attribute or action means anything.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.state import Object, State, attributes, difference
from sandbox.runtime.values import Value

MOST_TOLD = 10  # of each kind of finding
FEW = 3  # rows that show an event, below which it is called rare
CHANCE_SHARE = 0.05  # of the pairs seen more than once, that differ: from here on the world is called stochastic


class Severity(StrEnum):
    """How much a finding matters."""

    PROBLEM = "problem"  # no program can explain these rows, or they mislead
    WARNING = "warning"  # what is learned may be wrong there
    NOTE = "note"


@dataclass(frozen=True)
class Remark:
    """One finding: ``kind`` is a fixed word, ``text`` says it in full.

    ``rows`` are numbers of rows that show it, from 0, and ``digests`` their digests.
    """

    kind: str
    severity: Severity
    text: str
    rows: tuple[int, ...] = ()
    digests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What was found. ``contradictory`` counts the distinct rows that another row contradicts.

    ``explainable`` is the number of distinct rows that one program can explain at most.
    """

    rows: int
    distinct: int
    starts: int
    goals: int
    unchanged: float
    contradictory: int
    explainable: int
    deterministic: bool
    events: Mapping[str, int]
    remarks: tuple[Remark, ...]

    @property
    def problems(self) -> tuple[Remark, ...]:
        """What no program can explain, or what misleads."""
        return tuple(remark for remark in self.remarks if remark.severity is Severity.PROBLEM)

    @property
    def healthy(self) -> bool:
        """Whether there is no problem."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {**asdict(self), "healthy": self.healthy, "events": dict(self.events)}


def examine(
    rows: Sequence[Transition],
    starts: Sequence[Start] = (),
    schemas: Sequence[ActionSchema] = (),
    *,
    repeats: bool = True,
) -> Report:
    """The report on these rows, in the order given; ``schemas`` are the actions that the world is said to have.

    Without ``repeats`` rows that came again are not among them (a server keeps each once): how often an outcome was
    confirmed is not known then, and several contradictions stand for chance.
    """
    first: dict[str, int] = {}
    for number, row in enumerate(rows):
        first.setdefault(row.digest(), number)
    distinct = {number: rows[number] for number in first.values()}
    events = Counter(_event(row) for row in distinct.values())
    clashes = list(_contradictions(distinct))
    if repeats:
        chance = len(clashes) > 0 and len(clashes) >= CHANCE_SHARE * max(1, _seen_again(rows))
    else:
        chance = len(clashes) >= FEW
    remarks = [
        *_about_contradictions(clashes, rows, chance),
        *_about_truncation(distinct),
        *_about_duplicates(rows, distinct),
        *_about_attributes(distinct),
        *_about_actions(distinct, schemas),
        *_about_goals(distinct, starts),
        *_about_events(events),
    ]
    goals = {row.goal for row in rows} | {start.goal for start in starts}
    same = sum(row.state == row.next_state for row in distinct.values())
    return Report(
        rows=len(rows),
        distinct=len(distinct),
        starts=len(starts),
        goals=len(goals),
        unchanged=same / len(distinct) if distinct else 0.0,
        contradictory=len({number for clash in clashes for number in clash}),
        explainable=explainable(distinct.values()),
        deterministic=not clashes,
        events=dict(sorted(events.items(), key=lambda item: (-item[1], item[0]))),
        remarks=tuple(replace(one, digests=tuple(rows[number].digest() for number in one.rows)) for one in remarks),
    )


def explainable(rows: Iterable[Transition]) -> int:
    """How many of these distinct rows a program can explain at most.

    It predicts one next state for a state and action, and one reward and end for these and a goal.
    """
    goals: dict[tuple[int, Action], dict[int, set[str]]] = {}
    for row in rows:
        outcomes = goals.setdefault((row.state.fingerprint(), row.action), {})
        outcomes.setdefault(row.next_state.fingerprint(), set()).add(row.goal)
    return sum(max(map(len, outcomes.values())) for outcomes in goals.values())


Clash = tuple[int, ...]


def _contradictions(rows: Mapping[int, Transition]) -> Iterator[Clash]:
    """Distinct rows of one state, action (and goal, where only reward or end differ) with different outcomes."""
    moves: dict[tuple[int, Action], dict[int, int]] = {}
    pays: dict[tuple[int, Action, int, str], dict[tuple[float, bool], int]] = {}
    for number, row in rows.items():
        key = (row.state.fingerprint(), row.action)
        moves.setdefault(key, {}).setdefault(row.next_state.fingerprint(), number)
        outcome = pays.setdefault((*key, row.next_state.fingerprint(), row.goal), {})
        outcome.setdefault((row.reward, row.done), number)
    yield from (tuple(seen.values()) for seen in moves.values() if len(seen) > 1)
    yield from (tuple(seen.values()) for seen in pays.values() if len(seen) > 1)


def _seen_again(rows: Sequence[Transition]) -> int:
    """How many pairs of state and action were seen more than once."""
    counts = Counter((row.state.fingerprint(), row.action) for row in rows)
    return sum(count > 1 for count in counts.values())


def _about_contradictions(clashes: Sequence[Clash], rows: Sequence[Transition], chance: bool) -> Iterator[Remark]:
    if chance:
        names = Counter(rows[clash[0]].action.name for clash in clashes)
        told = ", ".join(f"`{name}` ({count})" for name, count in names.most_common(MOST_TOLD))
        others = sorted({row.action.name for row in rows} - set(names))
        rest = f"; never with {', '.join(f'`{name}`' for name in others[:MOST_TOLD])}" if others else ""
        text = (
            "the world is not deterministic, or has state that is not told: equal state and action had other outcomes"
        )
        text += f", with {told}{rest}"
        yield Remark("stochastic", Severity.PROBLEM, text)
    for clash in clashes[:MOST_TOLD]:
        a, b = rows[clash[0]], rows[clash[1]]
        if a.next_state != b.next_state:
            lost, gained = difference(a.next_state, b.next_state)
            what = f"next states differ: {_short(lost)} against {_short(gained)}"
        else:
            what = f"reward and end differ: {a.reward:g}, {a.done} against {b.reward:g}, {b.done}"
        yield Remark("contradiction", Severity.PROBLEM, f"the same state and action `{a.action}`, but {what}", clash)
    if len(clashes) > MOST_TOLD:
        text = f"{len(clashes) - MOST_TOLD} more contradictions of this kind"
        yield Remark("contradiction", Severity.PROBLEM, text)


def _short(things: Sequence[Object]) -> str:
    text = ", ".join(sorted(map(repr, things))) or "nothing"
    return text if len(text) <= 100 else text[:97] + "..."


def _about_truncation(rows: Mapping[int, Transition]) -> Iterator[Remark]:
    """Ends that come at one step number and are paid like any other step look like a limit on steps."""
    ends = {number: row for number, row in rows.items() if row.done}
    pays = Counter(row.reward for row in rows.values() if not row.done)
    usual = pays.most_common(1)[0][0] if pays else None
    last = Counter(row.step for row in ends.values() if row.step is not None and row.reward == usual)
    for step, count in last.most_common(1):
        longest = max((row.step for row in rows.values() if row.step is not None), default=0)
        if count >= FEW and step == longest and step > 0:
            text = (
                f"{count} rows are `done` at step {step}, the greatest there is, with the usual reward {usual:g}: "
                "a limit on steps? `done` means terminated; say `truncated` instead"
            )
            numbers = tuple(number for number, row in ends.items() if row.step == step)
            yield Remark("truncation", Severity.WARNING, text, numbers[:MOST_TOLD])
    both = tuple(number for number, row in rows.items() if row.done and row.truncated)
    if both:
        text = f"{len(both)} rows are both done and truncated; a truncated step is not done"
        yield Remark("truncation", Severity.WARNING, text, both[:MOST_TOLD])


def _about_duplicates(rows: Sequence[Transition], distinct: Mapping[int, Transition]) -> Iterator[Remark]:
    if len(rows) > len(distinct):
        share = 1 - len(distinct) / len(rows)
        yield Remark("duplicates", Severity.NOTE, f"{len(rows) - len(distinct)} rows ({share:.0%}) repeat others")


def _about_attributes(rows: Mapping[int, Transition]) -> Iterator[Remark]:
    """Attributes with one value everywhere, and those that only some things of a type have."""
    values: dict[tuple[str, str], set[str]] = {}
    carriers: Counter[tuple[str, str]] = Counter()
    things: Counter[str] = Counter()
    for obj in _objects(state for row in rows.values() for state in (row.state, row.next_state)):
        things[obj.type] += 1
        for name, value in attributes(obj).items():
            carriers[obj.type, name] += 1
            known = values.setdefault((obj.type, name), set())
            if len(known) < 2:
                known.add(_told(value))
    for (kind, name), known in sorted(values.items()):
        if len(known) == 1 and things[kind] > 1:
            text = f"{kind}.{name} is {next(iter(known))} everywhere: rules cannot tell whether it matters"
            yield Remark("constant", Severity.NOTE, text)
        if carriers[kind, name] < things[kind]:
            text = f"{kind}.{name} is missing from {things[kind] - carriers[kind, name]} of {things[kind]} such objects"
            yield Remark("missing", Severity.NOTE, text)


def _told(value: Value) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _objects(states: Iterable[State]) -> Iterator[Object]:
    """The different objects of these states, each once."""
    known: set[Object] = set()
    for state in states:
        for obj in state:
            if obj not in known:
                known.add(obj)
                yield obj


def _about_actions(rows: Mapping[int, Transition], schemas: Sequence[ActionSchema]) -> Iterator[Remark]:
    """Actions never taken, taken seldom, or without any effect."""
    taken = Counter(row.action.name for row in rows.values())
    offered = {schema.name for schema in schemas}
    offered |= {action.name for row in rows.values() for action in row.available or ()}
    for name in sorted(offered - set(taken)):
        yield Remark("untried", Severity.WARNING, f"the action `{name}` was never taken")
    moved = Counter(row.action.name for row in rows.values() if row.state != row.next_state)
    for name, count in sorted(taken.items()):
        if not moved[name]:
            yield Remark("no-effect", Severity.NOTE, f"`{name}` never changed anything, in {count} rows")
    kinds = {name: Counter(_types_of(row) for row in rows.values() if row.action.name == name) for name in taken}
    every = {types for counts in kinds.values() for types in counts if len(types) == 1}
    for name in sorted(kinds):
        unmet = sorted(types[0] for types in every - set(kinds[name]) if any(len(t) == 1 for t in kinds[name]))
        if unmet:
            yield Remark("unseen", Severity.NOTE, f"`{name}` was never taken with {', '.join(unmet)}")


def _types_of(row: Transition) -> tuple[str, ...]:
    """The types of the things that the action's arguments name."""
    found = []
    for arg in row.action.args:
        named = sorted({obj.type for obj in row.state if isinstance(arg, str) and arg in attributes(obj).values()})
        found += named[:1]
    return tuple(found)


def _about_goals(rows: Mapping[int, Transition], starts: Sequence[Start]) -> Iterator[Remark]:
    paid = {row.goal for row in rows.values() if row.reward > 0}
    goals = sorted({row.goal for row in rows.values()} | {start.goal for start in starts})
    unpaid = [goal for goal in goals if goal not in paid]
    if unpaid:
        told = ", ".join(f"`{goal}`" for goal in unpaid[:3]) + (
            f" and {len(unpaid) - 3} more" if len(unpaid) > 3 else ""
        )
        yield Remark("unpaid", Severity.NOTE, f"no row pays under {len(unpaid)} of {len(goals)} goals: {told}")


def _about_events(events: Mapping[str, int]) -> Iterator[Remark]:
    rare = sorted(kind for kind, count in events.items() if count < FEW)
    if rare:
        told = "; ".join(rare[:MOST_TOLD]) + (f"; and {len(rare) - MOST_TOLD} more" if len(rare) > MOST_TOLD else "")
        yield Remark("rare", Severity.WARNING, f"fewer than {FEW} rows show each of these events: {told}")


def _event(row: Transition) -> str:
    """What an action changed, in words: types with the attributes that changed, what came and what went."""
    lost, gained = difference(row.state, row.next_state)
    left, came = Counter(obj.type for obj in lost), Counter(obj.type for obj in gained)
    parts = []
    for kind in sorted(left.keys() | came.keys()):
        if came[kind] != left[kind]:
            parts.append(f"{kind} {'added' if came[kind] > left[kind] else 'removed'}")
            continue
        before, after = _values(lost, kind), _values(gained, kind)
        parts += [
            f"{kind}.{name}" for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)
        ]
    return f"{row.action.name}: {', '.join(parts) or 'nothing'}"


def _values(things: Iterable[Object], kind: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for obj in things:
        if obj.type == kind:
            for name, value in attributes(obj).items():
                found.setdefault(name, []).append(repr(value))
    return {name: sorted(texts) for name, texts in found.items()}
