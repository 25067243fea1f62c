"""One line of the offline form: checked JSON to records."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from sandbox.data.records import Start, Success, Transition, World
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import Object, State, digest
from sandbox.runtime.values import INT_MAX, InvalidValueError, Value, check_text, freeze

_MISSING = object()
_TRANSITION = {
    "episode",
    "step",
    "goal",
    "state",
    "action",
    "next_state",
    "reward",
    "done",
    "truncated",
    "available",
}


class LineError(ValueError):
    """A line breaks the form; ``field`` is a path such as ``state[2].x``."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def parse(line: str) -> dict[str, Any]:
    """The JSON object that a line holds.

    Raises:
        LineError: it holds something else, a key twice, or a number that is none.
        RecursionError: it is nested too deep.
    """
    if not line.strip():
        raise LineError("line", "is empty")
    try:
        data = json.loads(line, object_pairs_hook=_once, parse_int=_integer, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise LineError("line", f"is not JSON: {error.msg} at column {error.colno}") from None
    return _mapping(data, "line")


class Reader:
    """Turns parsed lines into records; equal objects and states of one file are shared."""

    def __init__(self) -> None:
        self._by_text: dict[str, Object] = {}
        self._objects: dict[int, Object] = {}
        self._states: dict[tuple[int, ...], State] = {}

    def transition(self, data: dict[str, Any]) -> Transition:
        """The transition that a line tells.

        Raises:
            LineError: a key is unknown or missing, or a value is not allowed.
        """
        _known(data, _TRANSITION, "")
        done, truncated = _flag(data, "done", _MISSING), _flag(data, "truncated", False)
        if done and truncated:
            raise LineError("truncated", "a step that ended the episode (`done`) was not truncated")
        available = data.get("available", _MISSING)
        return Transition(
            state=self._state(_need(data, "state"), "state"),
            action=_action(_need(data, "action"), "action"),
            reward=_number(_need(data, "reward"), "reward"),
            next_state=self._state(_need(data, "next_state"), "next_state"),
            goal=_text(data.get("goal", ""), "goal"),
            done=done,
            truncated=truncated,
            episode=_text(data.get("episode", ""), "episode"),
            step=_step(data.get("step", _MISSING)),
            available=None if available is _MISSING else tuple(_each(available, "available", _action)),
        )

    def start(self, data: dict[str, Any]) -> Start:
        """The start that a line with nothing but ``state`` and ``goal`` tells.

        Raises:
            LineError: a value is not allowed.
        """
        return Start(self._state(data["state"], "state"), _text(data["goal"], "goal"))

    def _state(self, data: Any, where: str) -> State:
        state = State(_each(data, where, self._object))
        return self._states.setdefault(state.key(), state)

    def _object(self, data: Any, where: str) -> Object:
        text = repr(data)
        known = self._by_text.get(text)
        if known is None:
            obj = _object(data, where)
            known = self._by_text[text] = self._objects.setdefault(digest(obj), obj)
        return known


def world(data: dict[str, Any]) -> World:
    """The world that a first line describes.

    Raises:
        LineError: a key is unknown, or a value is not allowed.
    """
    _known(data, {"world", "description", "actions", "success"}, "")
    return World(
        name=_name(data["world"], "world"),
        description=_text(data.get("description", ""), "description"),
        actions=tuple(_each(data.get("actions", []), "actions", _schema)),
        success=_success(data.get("success", {})),
    )


def _success(data: Any) -> Success:
    body = _mapping(data, "success")
    _known(body, {"reward_above", "needs_done"}, "success.")
    above = _number(body.get("reward_above", 0.0), "success.reward_above")
    return Success(above, _flag(body, "needs_done", True, "success."))


def _schema(data: Any, where: str) -> ActionSchema:
    if type(data) is str:
        return ActionSchema(_name(data, where))
    body = _mapping(data, where)
    _known(body, {"name", "args"}, f"{where}.")
    args = tuple(_each(body.get("args", []), f"{where}.args", _argument))
    return ActionSchema(_name(_need(body, "name", where), f"{where}.name"), args)


def _argument(data: Any, where: str) -> Argument:
    body = _mapping(data, where)
    if "values" in body:
        _known(body, {"values"}, f"{where}.")
        values = tuple(_each(body["values"], f"{where}.values", _value))
        if not values:
            raise LineError(f"{where}.values", "must not be empty")
        return Argument(values)
    _known(body, {"type", "attribute"}, f"{where}.")
    kind, attribute = _need(body, "type", where), _need(body, "attribute", where)
    return Argument(type=_name(kind, f"{where}.type"), attribute=_name(attribute, f"{where}.attribute"))


def _action(data: Any, where: str) -> Action:
    if type(data) is str:
        return Action(_name(data, where))
    body = _mapping(data, where)
    _known(body, {"name", "args"}, f"{where}.")
    args = _each(body.get("args", []), f"{where}.args", _value)
    return Action(_name(_need(body, "name", where), f"{where}.name"), args)


def _object(data: Any, where: str) -> Object:
    body = _mapping(data, where)
    kind = _name(_need(body, "type", where), f"{where}.type")
    attributes = {}
    for name, value in body.items():
        if name != "type":
            attributes[_text(name, where)] = _value(value, f"{where}.{name}")
    return Object.from_mapping(kind, attributes)


def _value(data: Any, where: str) -> Value:
    try:
        return freeze(data, where)
    except InvalidValueError as error:
        raise LineError(where, str(error).removeprefix(where).removeprefix(": ")) from None


def _each(data: Any, where: str, convert: Callable[[Any, str], Any]) -> list[Any]:
    if type(data) is not list:
        raise LineError(where, f"must be an array, not {_kind(data)}")
    return [convert(item, f"{where}[{i}]") for i, item in enumerate(data)]


def _mapping(data: Any, where: str) -> dict[str, Any]:
    if type(data) is not dict:
        raise LineError(where, f"must be an object, not {_kind(data)}")
    return data


def _need(data: Mapping[str, Any], key: str, where: str = "") -> Any:
    if key not in data:
        raise LineError(f"{where}.{key}" if where else key, "is missing")
    return data[key]


def _known(data: Mapping[str, Any], keys: set[str], prefix: str) -> None:
    for key in data:
        if key not in keys:
            raise LineError(prefix + key, f"is not known here; known are {', '.join(sorted(keys))}")


def _text(data: Any, where: str) -> str:
    if type(data) is not str:
        raise LineError(where, f"must be a string, not {_kind(data)}")
    try:
        return check_text(data, where)
    except InvalidValueError:
        raise LineError(where, "the text holds a lone surrogate") from None


def _name(data: Any, where: str) -> str:
    if data == "":
        raise LineError(where, "must not be empty")
    return _text(data, where)


def _number(data: Any, where: str) -> float:
    if type(data) not in (int, float):
        raise LineError(where, f"must be a number, not {_kind(data)}")
    if not math.isfinite(data):
        raise LineError(where, "is not a finite number")
    return float(data) + 0.0


def _flag(data: Mapping[str, Any], key: str, default: Any, prefix: str = "") -> bool:
    value = data.get(key, default)
    if value is _MISSING:
        raise LineError(key, "is missing")
    if type(value) is not bool:
        raise LineError(prefix + key, f"must be true or false, not {_kind(value)}")
    return value


def _step(data: Any) -> int | None:
    if data is _MISSING:
        return None
    if type(data) is not int:
        raise LineError("step", f"must be an integer, not {_kind(data)}")
    if not 0 <= data <= INT_MAX:
        raise LineError("step", "must be between 0 and 2**63 - 1")
    return data


def _kind(data: Any) -> str:
    if data is None:
        return "null"
    kinds = {bool: "a boolean", int: "an integer", float: "a number", str: "a string", list: "an array"}
    return kinds.get(type(data), "an object")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise LineError(next(name for name in names if names.count(name) > 1), "is there more than once")
    return found


def _integer(text: str) -> int:
    if len(text) > 20:
        raise LineError("line", f"holds an integer outside 64 bits ({text[:20]}…)")
    return int(text)


def _no_constant(text: str) -> NoReturn:
    raise LineError("line", f"holds {text}, which is no JSON number")
