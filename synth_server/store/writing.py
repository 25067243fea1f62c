"""Writes transitions and starts: what is there already is left alone, the rest is added in order."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert

from sandbox.data.records import Start, Transition
from sandbox.runtime.state import State
from synth_server.store import tables
from synth_server.store.interning import (
    action_digest,
    goal_digest,
    intern_actions,
    intern_goals,
    intern_states,
    lookup,
    state_digest,
)


@dataclass(frozen=True)
class Prepared:
    """Distinct rows by digest, in the order of their arrival; made outside the transaction, since it takes time."""

    transitions: Mapping[bytes, Transition]
    starts: Mapping[bytes, Start]


def prepare(transitions: Sequence[Transition], starts: Sequence[Start]) -> Prepared:
    """Names the rows by their digests and drops what came twice."""
    first: dict[bytes, Transition] = {}
    for transition in transitions:
        first.setdefault(bytes.fromhex(transition.digest()), transition)
    first_start: dict[bytes, Start] = {}
    for start in starts:
        first_start.setdefault(bytes.fromhex(start.digest()), start)
    return Prepared(first, first_start)


def write(connection: Connection, world: int, sequence: int, rows: Prepared) -> tuple[int, int]:
    """Adds the rows that are new, numbered from ``sequence + 1``; gives how many transitions and starts these are."""
    old = lookup(connection, tables.transitions, world, rows.transitions, "sequence")
    old_starts = lookup(connection, tables.starts, world, rows.starts, "sequence")
    new = Prepared(
        {key: row for key, row in rows.transitions.items() if key not in old},
        {key: row for key, row in rows.starts.items() if key not in old_starts},
    )
    if not new.transitions and not new.starts:
        return 0, 0
    numbers = _Numbers(connection, world, new)
    added = []
    for key, row in new.transitions.items():
        sequence += 1
        added.append({"world": world, "sequence": sequence, "digest": key, **numbers.transition(row)})
    added_starts = []
    for key, start in new.starts.items():
        sequence += 1
        added_starts.append({"world": world, "sequence": sequence, "digest": key, **numbers.start(start)})
    if added:
        connection.execute(insert(tables.transitions), added)
    if added_starts:
        connection.execute(insert(tables.starts), added_starts)
    return len(added), len(added_starts)


class _Numbers:
    """Interns all that the rows refer to, and tells the rows by number."""

    def __init__(self, connection: Connection, world: int, rows: Prepared) -> None:
        taken = [row.action for row in rows.transitions.values()]
        offered = [action for row in rows.transitions.values() for action in row.available or ()]
        goals = [*(row.goal for row in rows.transitions.values()), *(start.goal for start in rows.starts.values())]
        self._states = intern_states(connection, world, list(_states(rows)))
        self._actions = intern_actions(connection, world, [*taken, *offered])
        self._goals = intern_goals(connection, world, goals)

    def transition(self, row: Transition) -> dict[str, Any]:
        offered = None if row.available is None else [self._actions[action_digest(a)] for a in row.available]
        return {
            "state": self._states[state_digest(row.state)],
            "action": self._actions[action_digest(row.action)],
            "next_state": self._states[state_digest(row.next_state)],
            "goal": self._goals[goal_digest(row.goal)],
            "reward": float(row.reward),
            "done": row.done,
            "truncated": row.truncated,
            "episode": row.episode,
            "step": row.step,
            "available": None if offered is None else json.dumps(offered, separators=(",", ":")),
        }

    def start(self, start: Start) -> dict[str, Any]:
        return {"state": self._states[state_digest(start.state)], "goal": self._goals[goal_digest(start.goal)]}


def _states(rows: Prepared) -> Iterator[tuple[State, State | None]]:
    for row in rows.transitions.values():
        yield row.state, None
        yield row.next_state, row.state
    for start in rows.starts.values():
        yield start.state, None
