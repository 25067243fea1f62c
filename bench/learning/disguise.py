"""Rows told otherwise: words renamed, places moved and scaled, objects in another order."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State
from synth_server.inductive.wording import words


def renamed(rows: Sequence[Transition]) -> list[Transition]:
    """Every type, attribute, string, word of an action's name and word of a goal replaced by nonsense."""
    return [
        Transition(
            _rename(row.state),
            Action(" ".join(map(_word, words(row.action.name))), [_other(arg) for arg in row.action.args]),
            row.reward,
            _rename(row.next_state),
            " ".join(map(_word, row.goal.split())),
            row.done,
        )
        for row in rows
    ]


def moved(rows: Sequence[Transition]) -> list[Transition]:
    """Places scaled by three and shifted."""
    return [_with(row, _move) for row in rows]


def shuffled(rows: Sequence[Transition]) -> list[Transition]:
    """Objects in another order."""
    rng = random.Random(7)

    def shuffle(state: State) -> State:
        things = list(state)
        rng.shuffle(things)
        return State(things)

    return [_with(row, shuffle) for row in rows]


def _with(row: Transition, change: Any) -> Transition:
    return Transition(change(row.state), row.action, row.reward, change(row.next_state), row.goal, row.done)


def _move(state: State) -> State:
    return State(Object.from_mapping(thing.type, {name: _far(name, thing[name]) for name in thing}) for thing in state)


def _far(name: str, value: Any) -> Any:
    return 3 * value + {"x": 100, "y": -40}[name] if name in ("x", "y") and type(value) is int else value


def _rename(state: State) -> State:
    return State(
        Object.from_mapping(_word(thing.type), {_word(name): _other(thing[name]) for name in thing}) for thing in state
    )


def _other(value: Any) -> Any:
    if isinstance(value, str):
        return _word(value)
    if isinstance(value, Mapping):
        return {_word(key): _other(item) for key, item in value.items()}
    return [_other(item) for item in value] if isinstance(value, tuple) else value


def _word(word: str) -> str:
    digest = hashlib.sha256(b"disguise" + word.encode()).hexdigest()
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest[:8])
