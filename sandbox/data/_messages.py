"""Single protobuf messages: values, objects, actions, schemas, worlds."""

import math
from collections.abc import Iterable

from worldsmith.v1 import data_pb2 as pb
from worldsmith.v1 import service_pb2

from sandbox.data.records import Success, World
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import Object, attributes
from sandbox.runtime.values import MAX_DEPTH, FrozenMap, InvalidValueError, Value, check_text


class WireError(ValueError):
    """A message breaks the contract.

    Attributes:
        field: path of the field, as in ``batch.transitions[3].next_state``.
        reason: what is wrong with it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def text(value: str, field: str) -> str:
    """``value`` itself when it can travel as UTF-8.

    Raises:
        WireError: it holds a lone surrogate.
    """
    try:
        return check_text(value, field)
    except InvalidValueError:
        raise WireError(field, "the text holds a lone surrogate") from None


def name(value: str, field: str) -> str:
    """``value`` itself when it is a text that is not empty.

    Raises:
        WireError: it is empty or holds a lone surrogate.
    """
    if not value:
        raise WireError(field, "must not be empty")
    return text(value, field)


def number(value: float, field: str) -> float:
    """``value`` itself, with -0.0 as 0.0, when it is finite.

    Raises:
        WireError: it is not.
    """
    if not math.isfinite(value):
        raise WireError(field, f"{value} is not a finite number")
    return value + 0.0


def value_to_proto(value: Value) -> pb.Value:
    """A value that a state holds, as a message.

    Raises:
        WireError: a text in it holds a lone surrogate.
    """
    out = pb.Value()
    try:
        _fill(out, value)
    except UnicodeEncodeError:
        raise WireError("value", "the text holds a lone surrogate") from None
    return out


def _fill(out: pb.Value, value: Value) -> None:
    match value:
        case None:
            out.null_value = pb.NULL_VALUE_UNSPECIFIED
        case bool():
            out.bool_value = value
        case int():
            out.int_value = value
        case float():
            out.float_value = value + 0.0
        case str():
            out.string_value = value
        case tuple():
            out.list_value.SetInParent()
            for item in value:
                _fill(out.list_value.items.add(), item)
        case _:
            out.map_value.SetInParent()
            for key, item in value.items():
                _fill(out.map_value.entries[key], item)


def value_from_proto(message: pb.Value, field: str = "value", depth: int = 0) -> Value:
    """The inverse of :func:`value_to_proto`; lists come as tuples, maps as :class:`FrozenMap`.

    Raises:
        WireError: no value is set, a number is not finite, or it is nested too deep.
    """
    match message.WhichOneof("kind"):
        case None:
            raise WireError(field, "no value is set")
        case "null_value":
            if message.null_value != pb.NULL_VALUE_UNSPECIFIED:
                raise WireError(field, f"{message.null_value} is no null value")
            return None
        case "bool_value":
            return message.bool_value
        case "int_value":
            return message.int_value
        case "float_value":
            return number(message.float_value, field)
        case "string_value":
            return text(message.string_value, field)
        case _ if depth >= MAX_DEPTH:
            raise WireError(field, f"nested more than {MAX_DEPTH} deep")
        case "list_value":
            items = message.list_value.items
            return tuple(value_from_proto(item, f"{field}[{i}]", depth + 1) for i, item in enumerate(items))
        case _:
            entries = message.map_value.entries.items()
            return FrozenMap(
                {text(key, field): value_from_proto(item, f"{field}[{key!r}]", depth + 1) for key, item in entries}
            )


def object_to_proto(obj: Object, field: str = "object") -> pb.Object:
    """An object as a message.

    Raises:
        WireError: it has no type, or a text in it holds a lone surrogate.
    """
    out = pb.Object(type=name(obj.type, f"{field}.type"))
    try:
        for key, value in attributes(obj).items():
            _fill(out.attributes[key], value)
    except UnicodeEncodeError:
        raise WireError(f"{field}.attributes", "a text holds a lone surrogate") from None
    return out


def object_from_proto(message: pb.Object, field: str = "object") -> Object:
    """The inverse of :func:`object_to_proto`.

    Raises:
        WireError: the type is missing, an attribute is called ``type``, or a value is not allowed.
    """
    kind = name(message.type, f"{field}.type")
    data = {}
    for key, item in message.attributes.items():
        if key == "type":
            raise WireError(f"{field}.attributes", "no attribute may be called `type`")
        data[text(key, f"{field}.attributes")] = value_from_proto(item, f"{field}.attributes[{key!r}]")
    return Object.from_mapping(kind, data)


def action_to_proto(action: Action, field: str = "action") -> pb.Action:
    """An action as a message.

    Raises:
        WireError: its name is empty, or a text in it holds a lone surrogate.
    """
    return pb.Action(name=name(action.name, f"{field}.name"), args=_values(action.args, f"{field}.args"))


def action_from_proto(message: pb.Action, field: str = "action") -> Action:
    """The inverse of :func:`action_to_proto`.

    Raises:
        WireError: the name is missing, or a value is not allowed.
    """
    args = [value_from_proto(arg, f"{field}.args[{i}]") for i, arg in enumerate(message.args)]
    return Action(name(message.name, f"{field}.name"), args)


def schema_to_proto(schema: ActionSchema, field: str = "schema") -> pb.ActionSchema:
    """An action schema as a message.

    Raises:
        WireError: its name is empty, or a text in it holds a lone surrogate.
    """
    out = pb.ActionSchema(name=name(schema.name, f"{field}.name"))
    for i, arg in enumerate(schema.args):
        where = f"{field}.args[{i}]"
        attribute = text(arg.attribute, where) if arg.type else ""
        out.args.add(values=_values(arg.values, where), type=text(arg.type, where), attribute=attribute)
    return out


def schema_from_proto(message: pb.ActionSchema, field: str = "schema") -> ActionSchema:
    """The inverse of :func:`schema_to_proto`.

    Raises:
        WireError: the name is missing, an argument names both values and a type or neither, or a value is not
            allowed.
    """
    args = tuple(_argument(arg, f"{field}.args[{i}]") for i, arg in enumerate(message.args))
    return ActionSchema(name(message.name, f"{field}.name"), args)


def _argument(message: pb.Argument, field: str) -> Argument:
    if message.type:
        if message.values:
            raise WireError(field, "names both values and a type")
        kind, attribute = text(message.type, f"{field}.type"), name(message.attribute, f"{field}.attribute")
        return Argument(type=kind, attribute=attribute)
    if message.attribute:
        raise WireError(f"{field}.type", "must not be empty where an attribute is named")
    if not message.values:
        raise WireError(field, "names neither values nor a type")
    return Argument(tuple(value_from_proto(v, f"{field}.values[{i}]") for i, v in enumerate(message.values)))


def _values(values: Iterable[Value], field: str) -> list[pb.Value]:
    try:
        return [value_to_proto(value) for value in values]
    except WireError as error:
        raise WireError(field, error.reason) from None


def success_to_proto(success: Success, field: str = "success") -> pb.Success:
    """A success test as a message.

    Raises:
        WireError: its bound is not a finite number.
    """
    above = number(float(success.reward_above), f"{field}.reward_above")
    return pb.Success(reward_above=above, without_done=not success.needs_done)


def success_from_proto(message: pb.Success, field: str = "success") -> Success:
    """The inverse of :func:`success_to_proto`.

    Raises:
        WireError: its bound is not a finite number.
    """
    return Success(number(message.reward_above, f"{field}.reward_above"), needs_done=not message.without_done)


def world_to_proto(world: World, field: str = "world") -> service_pb2.World:
    """A world as a message.

    Raises:
        WireError: its name is empty, a text holds a lone surrogate, or the success test is not a number.
    """
    return service_pb2.World(
        name=name(world.name, f"{field}.name"),
        description=text(world.description, f"{field}.description"),
        actions=[schema_to_proto(schema, f"{field}.actions[{i}]") for i, schema in enumerate(world.actions)],
        success=success_to_proto(world.success, f"{field}.success"),
    )


def world_from_proto(message: service_pb2.World, field: str = "world") -> World:
    """The inverse of :func:`world_to_proto`; without a success test the usual one holds.

    Raises:
        WireError: the name is missing, a schema is not well formed, or the success test is not a number.
    """
    return World(
        name=name(message.name, f"{field}.name"),
        description=text(message.description, f"{field}.description"),
        actions=tuple(schema_from_proto(s, f"{field}.actions[{i}]") for i, s in enumerate(message.actions)),
        success=success_from_proto(message.success, f"{field}.success"),
    )
