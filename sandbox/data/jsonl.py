"""The offline form of data: JSON Lines, one transition or start a line (docs/data.md)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.data import _lines
from sandbox.data.records import Start, Success, Transition, World
from sandbox.runtime.actions import Action, schema_to_json
from sandbox.runtime.state import to_json
from sandbox.runtime.values import thaw


class DataError(ValueError):
    """A file of data breaks the form; nothing of it was taken.

    Attributes:
        file: the name of the file, as it was given.
        line: number of the line, from 1.
        field: path of the field, as in ``state[2].x``; ``line`` for the line as a whole.
        reason: what is wrong with it.
    """

    def __init__(self, file: str, line: int, field: str, reason: str) -> None:
        super().__init__(f"{file}:{line}: {field}: {reason}")
        self.file = file
        self.line = line
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Dataset:
    """What a file holds. ``starts`` are distinct and include the states at step 0."""

    world: World | None = None
    transitions: tuple[Transition, ...] = ()
    starts: tuple[Start, ...] = ()


def read(lines: Iterable[str | bytes], name: str) -> Dataset:
    """The data that ``lines`` hold; ``name`` is the file's, for messages.

    Raises:
        DataError: a line is malformed or has an unknown key; nothing is taken.
    """
    reader = _lines.Reader()
    world: World | None = None
    transitions: list[Transition] = []
    starts: dict[str, Start] = {}
    for number, line in enumerate(lines, start=1):
        try:
            data = _lines.parse(_decoded(line))
            if "world" in data and number == 1:
                world = _lines.world(data)
            elif "world" in data:
                raise _lines.LineError("world", "only the first line may describe the world")
            elif data.keys() == {"state", "goal"}:
                start = reader.start(data)
                starts.setdefault(start.digest(), start)
            else:
                transition = reader.transition(data)
                transitions.append(transition)
                if transition.step == 0:
                    start = Start(transition.state, transition.goal)
                    starts.setdefault(start.digest(), start)
        except _lines.LineError as error:
            raise DataError(name, number, error.field, error.reason) from None
        except RecursionError:
            raise DataError(name, number, "line", "is nested too deep") from None
    return Dataset(world, tuple(transitions), tuple(starts.values()))


def write(dataset: Dataset) -> Iterator[str]:
    """The lines of a file that reads as ``dataset``, each with its line end; starts that step 0 tells are left out."""
    if dataset.world is not None:
        yield _line(world_to_json(dataset.world))
    told = set()
    for transition in dataset.transitions:
        if transition.step == 0:
            told.add(Start(transition.state, transition.goal).digest())
        yield _line(transition_to_json(transition))
    for start in dataset.starts:
        if start.digest() not in told:
            yield _line({"state": to_json(start.state), "goal": start.goal})


def world_to_json(world: World) -> dict[str, Any]:
    """The first line of a file, as JSON data."""
    out: dict[str, Any] = {"world": world.name}
    if world.description:
        out["description"] = world.description
    if world.actions:
        out["actions"] = [schema_to_json(schema) for schema in world.actions]
    if world.success != Success():
        out["success"] = {"reward_above": world.success.reward_above, "needs_done": world.success.needs_done}
    return out


def transition_to_json(t: Transition) -> dict[str, Any]:
    """A transition's line, as JSON data; what has its default value is left out."""
    out: dict[str, Any] = {}
    if t.episode:
        out["episode"] = t.episode
    if t.step is not None:
        out["step"] = t.step
    if t.goal:
        out["goal"] = t.goal
    out["state"] = to_json(t.state)
    out["action"] = _action(t.action)
    out["next_state"] = to_json(t.next_state)
    out["reward"] = t.reward
    out["done"] = t.done
    if t.truncated:
        out["truncated"] = True
    if t.available is not None:
        out["available"] = [_action(action) for action in t.available]
    return out


def _action(action: Action) -> Any:
    return {"name": action.name, "args": [thaw(arg) for arg in action.args]} if action.args else action.name


def _line(data: dict[str, Any]) -> str:
    return json.dumps(data, allow_nan=False) + "\n"


def _decoded(line: str | bytes) -> str:
    if isinstance(line, str):
        return line
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _lines.LineError("line", f"is not UTF-8 at byte {error.start}") from None
