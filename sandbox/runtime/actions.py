"""Actions, their schemas, and how both sides enumerate them alike."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

from .state import State, typed_bodies
from .values import Value, canonical, freeze, thaw


class Action:
    """A name with arguments. Without arguments it equals its name: ``action == "left"``."""

    __slots__ = ("args", "name")
    name: str
    args: tuple[Value, ...]

    def __init__(self, name: str, args: Iterable[Any] = ()) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "args", tuple(freeze(arg, f"args[{i}]") for i, arg in enumerate(args)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("an action cannot be changed")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Action):
            return self.name == other.name and self.args == other.args
        return isinstance(other, str) and not self.args and self.name == other

    def __hash__(self) -> int:
        return hash((self.name, self.args)) if self.args else hash(self.name)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Action, (self.name, self.args))

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.args))})" if self.args else self.name

    def __repr__(self) -> str:
        return f"Action({self.name!r}, {list(self.args)!r})" if self.args else f"Action({self.name!r})"


class Argument(NamedTuple):
    """Where an argument's values come from: ``values``, or attribute ``attribute`` of the objects of ``type``."""

    values: tuple[Value, ...] = ()
    type: str = ""
    attribute: str = ""


class ActionSchema(NamedTuple):
    """An action's name and its arguments."""

    name: str
    args: tuple[Argument, ...] = ()


def ground(schemas: Iterable[ActionSchema], state: State) -> Iterator[Action]:
    """Every action that the schemas allow in a state, in a fixed order, each once."""
    for schema in schemas:
        for args in product(*(_choices(argument, state) for argument in schema.args)):
            yield Action(schema.name, args)


def _choices(argument: Argument, state: State) -> list[Value]:
    if not argument.type:
        return list(argument.values)
    found = {}
    for body in typed_bodies(state, argument.type):
        if argument.attribute in body.data:
            value = body.data[argument.attribute]
            found[canonical(value)] = value
    return [found[key] for key in sorted(found)]


def schema_to_json(schema: ActionSchema) -> dict[str, Any]:
    """The schema in the offline form; a schema without arguments has no ``args``."""
    out: dict[str, Any] = {"name": schema.name}
    if schema.args:
        out["args"] = [
            {"type": a.type, "attribute": a.attribute} if a.type else {"values": thaw(a.values)} for a in schema.args
        ]
    return out


def schema_from_json(data: Mapping[str, Any]) -> ActionSchema:
    """The inverse of :func:`schema_to_json` on data that were checked before."""
    args = [
        Argument(type=a["type"], attribute=a["attribute"]) if "type" in a else Argument(values=freeze(a["values"]))
        for a in data.get("args", [])
    ]
    return ActionSchema(data["name"], tuple(args))
