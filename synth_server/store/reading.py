"""Reads transitions and starts back. All of a world's rows take time and memory in proportion to their number."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from sandbox.data.records import Start, Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State, digest
from synth_server.store import tables
from synth_server.store.protocol import Rows

_CHUNK = 500
_Found = Sequence[Row[Any]]


@dataclass(frozen=True)
class Raw:
    """Rows as the database has them, with all that they refer to."""

    objects: _Found
    states: _Found
    actions: _Found
    goals: _Found
    transitions: _Found
    starts: _Found
    sequence: int


def read_after(connection: Connection, world: int, after: int, sequence: int) -> Raw:
    """The rows of a world with a number above ``after``."""
    transitions = _after(connection, tables.transitions, world, after)
    starts = _after(connection, tables.starts, world, after)
    if after == 0:
        states = _all(connection, tables.states, world)
        objects = _all(connection, tables.objects, world)
        actions = _all(connection, tables.actions, world)
        goals = _all(connection, tables.goals, world)
    else:
        wanted = {number for row in transitions for number in (row.state, row.next_state)} | {
            row.state for row in starts
        }
        states = _with_bases(connection, world, wanted)
        objects = _some(connection, tables.objects, world, _mentioned(states))
        offered = {number for row in transitions if row.available for number in json.loads(row.available)}
        actions = _some(connection, tables.actions, world, offered | {row.action for row in transitions})
        goals = _some(connection, tables.goals, world, {row.goal for row in (*transitions, *starts)})
    return Raw(objects, states, actions, goals, transitions, starts, sequence)


def assemble(raw: Raw) -> Rows:
    """Records from rows; pure, so that it may run in a thread. States share the objects that did not change."""
    states = _states(raw.states, raw.objects)
    actions = {row.number: Action(row.name, json.loads(row.args)) for row in raw.actions}
    goals = {row.number: row.text for row in raw.goals}
    transitions = [
        Transition(
            state=states[row.state],
            action=actions[row.action],
            reward=row.reward,
            next_state=states[row.next_state],
            goal=goals[row.goal],
            done=row.done,
            truncated=row.truncated,
            episode=row.episode,
            step=row.step,
            available=None if row.available is None else tuple(actions[n] for n in json.loads(row.available)),
        )
        for row in raw.transitions
    ]
    return Rows(transitions, [Start(states[row.state], goals[row.goal]) for row in raw.starts], raw.sequence)


def newest_keyframe(connection: Connection, world: int) -> State | None:
    """The last state of a world that is stored whole, or None when there is none."""
    t = tables.states
    query = select(t).where(t.c.world == world, t.c.depth == 0).order_by(t.c.number.desc()).limit(1)
    rows = connection.execute(query).all()
    if not rows:
        return None
    return _states(rows, _some(connection, tables.objects, world, _mentioned(rows)))[rows[0].number]


def _states(rows: _Found, objects: _Found) -> dict[int, State]:
    """States by number. A base comes before what is told against it, since its number is lower."""
    held = {row.number: _object(row) for row in objects}
    states: dict[int, State] = {}
    for row in rows:
        added = [held[number] for number in json.loads(row.added)]
        if row.base is None:
            states[row.number] = State(added)
            continue
        state = states[row.base].copy()
        for number in json.loads(row.removed):
            state.remove(held[number])
        for obj in added:
            state.add(obj)
        state.release()
        states[row.number] = state
    return states


def _object(row: Row[Any]) -> Object:
    obj = Object.from_mapping(row.type, json.loads(row.attributes))
    digest(obj)  # known from here on to all that share it
    return obj


def _mentioned(states: _Found) -> set[int]:
    return {number for row in states for text in (row.removed, row.added) for number in json.loads(text)}


def _with_bases(connection: Connection, world: int, wanted: set[int]) -> _Found:
    found: dict[int, Row[Any]] = {}
    while wanted:
        rows = _some(connection, tables.states, world, wanted)
        found.update({row.number: row for row in rows})
        wanted = {row.base for row in rows if row.base and row.base not in found}
    return [found[number] for number in sorted(found)]


def _after(connection: Connection, table: Table, world: int, sequence: int) -> _Found:
    query = select(table).where(table.c.world == world, table.c.sequence > sequence)
    return connection.execute(query.order_by(table.c.sequence)).all()


def _all(connection: Connection, table: Table, world: int) -> _Found:
    return connection.execute(select(table).where(table.c.world == world).order_by(table.c.number)).all()


def _some(connection: Connection, table: Table, world: int, numbers: set[int]) -> _Found:
    ordered = sorted(numbers)
    rows: list[Row[Any]] = []
    for i in range(0, len(ordered), _CHUNK):
        chunk = table.c.number.in_(ordered[i : i + _CHUNK])
        rows.extend(
            connection.execute(select(table).where(table.c.world == world, chunk).order_by(table.c.number)).all()
        )
    return rows
