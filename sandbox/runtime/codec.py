"""How inputs reach the guest and how answers leave it: JSON with objects told once and states told as changes.

Inputs are one JSON object. ``objects`` are [type, attributes]; a state is [base, removed, added], where ``base`` is
an earlier state's number or -1 for the empty one and the rest are object numbers. An answer is lines of JSON, one a
row, after a first line that says how the child ended and before a last one that says it is complete. An object in an
answer is its number, or [type, attributes] when it is new, which gives it the next number.
"""

import json
from typing import Any, NamedTuple

from .actions import Action, ActionSchema, schema_from_json
from .objects import Body, body_digest, view
from .state import State, changes
from .values import freeze, thaw

# The first line of an answer, and the last.
OK, LOAD_ERROR, MEMORY, EXIT = b"ok", b"load_error", b"memory", b"exit"
END = b"end"

_dumps = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


class Loaded(NamedTuple):
    """The inputs, as a warm parent holds them."""

    bodies: list[Body]
    states: list[State]
    transitions: list[tuple[int, Action]]
    rewards: list[tuple[int, Action, int, str]]
    starts: list[tuple[int, str]]
    schemas: list[ActionSchema]


def decode_inputs(data: bytes) -> Loaded:
    """What :func:`sandbox.inputs.encode` wrote; the host wrote it, so it is not checked."""
    plain = json.loads(data)
    bodies = [Body(kind, {name: freeze(value) for name, value in attrs.items()}) for kind, attrs in plain["objects"]]
    for body in bodies:
        body_digest(body)
    views = [view(body) for body in bodies]
    states: list[State] = []
    for base, removed, added in plain["states"]:
        if base < 0:
            states.append(State([views[i] for i in added]))
            continue
        state = states[base].copy()
        for i in removed:
            state.remove(views[i])
        for i in added:
            state.add(views[i])
        state.release()
        states.append(state)
    actions = [Action(name, args) for name, args in plain["actions"]]
    goals = plain["goals"]
    return Loaded(
        bodies,
        states,
        [(s, actions[a]) for s, a in plain["transitions"]],
        [(s, actions[a], after, goals[g]) for s, a, after, g in plain["rewards"]],
        [(s, goals[g]) for s, g in plain["starts"]],
        [schema_from_json(schema) for schema in plain["schemas"]],
    )


def action_to_plain(action: Action) -> list[Any]:
    """``[name, [arguments]]``."""
    return [action.name, [thaw(arg) for arg in action.args]]


class AnswerWriter:
    """Writes an answer's lines; remembers which objects the host knows."""

    def __init__(self, bodies: list[Body]) -> None:
        self._numbers = {body_digest(body): i for i, body in enumerate(bodies)}
        self.lines: list[str] = []

    def write(self, plain: Any) -> None:
        """Appends one line."""
        self.lines.append(_dumps(plain))

    def change(self, before: State, after: State, uncertain: str | None) -> Any:
        """A predicted state: 0 when nothing changes, else [removed, added] and the uncertainty if there is one."""
        removed, added = changes(before, after)
        if not removed and not added and uncertain is None:
            return 0
        line: list[Any] = [[self._object(body) for body in removed], [self._object(body) for body in added]]
        return line if uncertain is None else [*line, uncertain]

    def _object(self, body: Body) -> Any:
        key = body_digest(body)
        number = self._numbers.get(key)
        if number is not None:
            return number
        self._numbers[key] = len(self._numbers)
        return [body.type, {name: thaw(value) for name, value in body.data.items()}]


def answer(head: bytes, text: str = "", lines: list[str] | None = None) -> bytes:
    """A whole answer: how the child ended, a text, the lines, the mark that it is complete."""
    return b"\n".join([head + b" " + _dumps(text).encode(), *(line.encode() for line in lines or ()), END])


def parse_text(data: bytes) -> str:
    """The text of an answer's first line, as :func:`answer` wrote it.

    Raises:
        ValueError: it is none.
    """
    plain = json.loads(data.decode("ascii"))
    if type(plain) is not str:
        raise ValueError("no text")
    return plain.encode("utf-8", "backslashreplace").decode()
