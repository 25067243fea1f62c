"""Gives contents their numbers: objects, states, actions and goals are stored once per world.

Contents are named by digests; numbers are dense within a world, from 1. A state is stored as its difference from
another one, so that a static background costs nothing per state.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from sandbox.data.records import action_to_plain
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State, attributes, difference, digest
from sandbox.runtime.values import canonical
from synth_server.store import tables
from synth_server.store.reading import newest_keyframe

MAX_DEPTH = 64  # bases below a state
_CLOSE = 8  # a difference this small is taken without looking for a smaller one
_CHUNK = 500  # values in one IN (...), below every database's limit


def state_digest(state: State) -> bytes:
    """SHA-256 of the digests of its objects, sorted."""
    return sha256(b"".join([_name(obj) for obj in state.key()])).digest()


def action_digest(action: Action) -> bytes:
    """SHA-256 of its canonical text."""
    return sha256(canonical(action_to_plain(action)).encode()).digest()


def goal_digest(goal: str) -> bytes:
    """SHA-256 of its text."""
    return sha256(goal.encode()).digest()


def lookup(connection: Connection, table: Table, world: int, digests: Iterable[bytes], column: str) -> dict[bytes, int]:
    """``column`` of the rows that have these digests; the others are left out."""
    wanted = list(digests)
    found: dict[bytes, int] = {}
    for i in range(0, len(wanted), _CHUNK):
        chunk = table.c.digest.in_(wanted[i : i + _CHUNK])
        query = select(table.c.digest, table.c[column]).where(table.c.world == world, chunk)
        found.update({bytes(row[0]): row[1] for row in connection.execute(query)})
    return found


def intern_actions(connection: Connection, world: int, actions: Iterable[Action]) -> dict[bytes, int]:
    """The numbers of the actions by digest, new ones included."""
    rows = {action_digest(a): {"name": a.name, "args": canonical(list(a.args))} for a in actions}
    return _intern(connection, tables.actions, world, rows)


def intern_goals(connection: Connection, world: int, goals: Iterable[str]) -> dict[bytes, int]:
    """The numbers of the goals by digest, new ones included."""
    rows = {goal_digest(goal): {"text": goal} for goal in dict.fromkeys(goals)}
    return _intern(connection, tables.goals, world, rows)


def intern_states(connection: Connection, world: int, states: Sequence[tuple[State, State | None]]) -> dict[bytes, int]:
    """The numbers of the states by digest, new ones included. Each comes with one it may be told against."""
    distinct: dict[bytes, tuple[State, State | None]] = {}
    for state, near in states:
        distinct.setdefault(state_digest(state), (state, near))
    known = lookup(connection, tables.states, world, distinct, "number")
    if len(known) == len(distinct):
        return known
    depths = lookup(connection, tables.states, world, distinct, "depth")
    planner = _Planner(depths, newest_keyframe(connection, world))
    plans = [planner.plan(key, state, near) for key, (state, near) in distinct.items() if key not in known]
    objects = _intern_objects(connection, world, (obj for plan in plans for obj in (*plan.removed, *plan.added)))
    numbers = known | lookup(connection, tables.states, world, {plan.base for plan in plans if plan.base}, "number")
    first = _next(connection, tables.states, world)
    rows = []
    for number, plan in enumerate(plans, first):
        numbers[plan.digest] = number
        rows.append(
            {
                "world": world,
                "number": number,
                "digest": plan.digest,
                "base": numbers[plan.base] if plan.base else None,
                "depth": plan.depth,
                "removed": _list(objects, plan.removed),
                "added": _list(objects, plan.added),
            }
        )
    connection.execute(insert(tables.states), rows)
    return numbers


@dataclass(frozen=True)
class _Plan:
    digest: bytes
    base: bytes | None
    depth: int
    removed: Sequence[Object]
    added: Sequence[Object]


class _Planner:
    """Chooses what each new state is told against; ``depths`` has every state that may serve."""

    def __init__(self, depths: dict[bytes, int], keyframe: State | None) -> None:
        self._depths = dict(depths)
        self._keyframe = keyframe
        self._last: State | None = None
        if keyframe is not None:
            self._depths[state_digest(keyframe)] = 0

    def plan(self, key: bytes, state: State, near: State | None) -> _Plan:
        best = _Plan(key, None, 0, (), difference(_EMPTY, state)[1])
        for base, name in self._bases(near):
            removed, added = difference(base, state)
            if len(removed) + len(added) < len(best.removed) + len(best.added):
                best = _Plan(key, name, self._depths[name] + 1, removed, added)
            if len(best.removed) + len(best.added) <= _CLOSE:
                break
        if best.base is None:
            self._keyframe = state
        self._last = state
        self._depths[key] = best.depth
        return best

    def _bases(self, near: State | None) -> Iterator[tuple[State, bytes]]:
        for state in (near, self._last, self._keyframe):
            if state is not None:
                name = state_digest(state)
                if self._depths.get(name, MAX_DEPTH) < MAX_DEPTH:
                    yield state, name


_EMPTY = State()


def _intern_objects(connection: Connection, world: int, objects: Iterable[Object]) -> dict[bytes, int]:
    distinct = {digest(obj): obj for obj in objects}
    rows = {
        _name(key): {"type": obj.type, "attributes": canonical(dict(attributes(obj)))} for key, obj in distinct.items()
    }
    return _intern(connection, tables.objects, world, rows)


def _intern(
    connection: Connection, table: Table, world: int, rows: Mapping[bytes, Mapping[str, Any]]
) -> dict[bytes, int]:
    numbers = lookup(connection, table, world, rows, "number")
    missing = [key for key in rows if key not in numbers]
    if missing:
        new = dict(zip(missing, range(first := _next(connection, table, world), first + len(missing)), strict=True))
        connection.execute(
            insert(table),
            [{"world": world, "number": number, "digest": key, **rows[key]} for key, number in new.items()],
        )
        numbers.update(new)
    return numbers


def _next(connection: Connection, table: Table, world: int) -> int:
    query = select(func.max(table.c.number)).where(table.c.world == world)
    return (connection.execute(query).scalar_one() or 0) + 1


def _name(object_digest: int) -> bytes:
    return object_digest.to_bytes(16, "big")


def _list(numbers: Mapping[bytes, int], objects: Iterable[Object]) -> str:
    return json.dumps(sorted([numbers[_name(digest(obj))] for obj in objects]), separators=(",", ":"))
