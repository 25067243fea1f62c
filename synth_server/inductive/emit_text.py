"""Small helpers for writing Python: names, attribute access, literals of values."""

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence

from sandbox.runtime.values import FrozenMap, Value
from synth_server.inductive.frames import Frame

WIDTH = 118

_RESERVED = {"state", "before", "action", "way", "goal", "next_state", "at", "here", "ahead", "met", "entry", "new"}
_RESERVED |= {"called", "argument", "get", "number", "past", "in_row", "sides", "twin", "kind", "slid", "beside_me"}
_RESERVED |= {
    "in_order",
    "inside",
    "outside",
    "only",
    "taken",
    "met",
    "faced",
    "record",
    "without",
    "told_of",
    "hoped",
    "note",
    "named",
    "told",
    "said",
    "who",
    "met_",
}
_RESERVED |= {"having", "named", "sole", "writes", "change", "carry_out", "first", "second", "third"}
_RESERVED |= {"crowd", "create", "front", "x", "y", "name", "value", "t", "things", "words", "text", "arg", "thing"}
_RESERVED |= {
    "form",
    "named",
    "heard",
    "fits",
    "meant",
    "meets",
    "tells",
    "told_by",
    "fold",
    "stem",
    "symbols",
    "a",
    "b",
}
_RESERVED |= {
    "re",
    "cache",
    "order",
    "amount",
    "figure",
    "kinds_of",
    "called_by",
    "number",
    "found",
    "told",
    "groups",
    "names_of",
    "mentioned",
    "slots",
    "slot",
    "names",
    "neighbours",
    "expression",
}
_RESERVED |= {"len", "any", "sum", "max", "min", "isinstance", "sorted", "list", "dict", "str", "int", "float", "tuple"}
_RESERVED |= {"transition", "reward", "uncertain", "situation", "direction", "beside", "type", "Action", "Object"}


def variable(kind: str) -> str:
    """A variable name for a thing of a type."""
    name = re.sub(r"\W+", "_", kind).strip("_").lower()
    if not name or name[0].isdigit():
        name = f"thing_{name}".rstrip("_")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in _RESERVED:
        name += "_"
    return name


def access(thing: str, attr: str) -> str:
    """``thing.attr``, or ``thing["attr"]`` where the attribute is no Python name."""
    plain = attr.isidentifier() and attr.isascii() and not keyword.iskeyword(attr)
    return f"{thing}.{attr}" if plain and attr != "type" and not attr.startswith("_") else f"{thing}[{attr!r}]"


def where(attrs: dict[str, str]) -> str:
    """Keyword arguments for ``State.where``, by expression."""
    if all(name.isidentifier() and not keyword.iskeyword(name) for name in attrs):
        return ", ".join(f"{name}={text}" for name, text in attrs.items())
    return "**{" + ", ".join(f"{name!r}: {text}" for name, text in attrs.items()) + "}"


def filled(items: Sequence[str], pad: str) -> Iterator[str]:
    """Lines with as many of the items each as fit."""
    line = ""
    for item in items:
        if line and len(pad) + len(line) + 1 + len(item) > WIDTH:
            yield pad + line
            line = ""
        line = f"{line} {item}" if line else item
    if line:
        yield pad + line


def table_text(name: str, table: Mapping[Value, object]) -> list[str]:
    """The definition of a table."""
    return table_lines(name, [f"{key!r}: {value!r}" for key, value in sorted(table.items(), key=repr)])


def table_lines(name: str, items: Sequence[str]) -> list[str]:
    """The definition of a table of these entries."""
    return bracketed(f"{name} = {{", items, "}")


def bracketed(head: str, items: Sequence[str], tail: str) -> list[str]:
    """Items between brackets, on one line where they fit, else on lines that are aligned with the first item."""
    line = f"{head}{', '.join(items)}{tail}"
    if len(line) <= WIDTH or not items:
        return [line]
    first, *rest = filled([*(f"{item}," for item in items[:-1]), f"{items[-1]}{tail}"], " " * len(head))
    return [f"{head}{first.lstrip()}", *rest]


def direction_text(frame: Frame, state: str) -> str:
    """The direction of a step."""
    plain = frame.source == "action" and not frame.facing
    return "DIRECTION.get(action.name)" if plain else f"direction({state}, action)"


def value_text(value: Value) -> str:
    """A value as a Python expression."""
    if isinstance(value, FrozenMap):
        return "{" + ", ".join(f"{key!r}: {value_text(item)}" for key, item in value.items()) + "}"
    return repr(value)


def equals(left: str, value: Value) -> str:
    """A test of equality; identity for null and booleans."""
    return f"{left} is {value!r}" if value is None or isinstance(value, bool) else f"{left} == {value_text(value)}"


def condition(terms: list[str], indent: str, keyword_: str = "if") -> list[str]:
    """``if`` with all terms, on one line where they fit."""
    line = f"{indent}{keyword_} {' and '.join(terms) or 'True'}:"
    if len(line) <= 100:
        return [line]
    first, *rest = terms
    lines = [f"{indent}{keyword_} ({first}", *(f"{indent}        and {term}" for term in rest)]
    return [*lines[:-1], f"{lines[-1]}):"]


def phrase(text: str) -> str:
    """Text that may stand in a docstring."""
    return text.replace("\\", "\\\\").replace('"""', "'''")
