"""Schemas as Python: one function per action, which gathers what is to change and then changes it."""

from collections.abc import Iterator, Sequence

from synth_server.inductive.effects import Become, CopyPath
from synth_server.inductive.emit_effects import defined, new_value, preamble
from synth_server.inductive.emit_terms import Names, terms
from synth_server.inductive.emit_text import condition, phrase, table_lines, value_text, variable
from synth_server.inductive.parts import Make, Part, Schema
from synth_server.inductive.refs import Path
from synth_server.inductive.theory import Theory

ORDINALS = ("first", "second", "third")


def alone(theory: Theory) -> Iterator[str]:
    """The table of the actions that have a function of their own."""
    table = {schema.name: function_name(theory, schema.name) for schema in theory.schemas if schema.branches}
    if table:
        yield from table_lines("DONE_BY", [f"{name!r}: {function}" for name, function in table.items()])
        yield ""
        yield ""


def dispatched(theory: Theory, lines: Sequence[str]) -> Iterator[str]:
    """What a step does, where an action that has a function of its own is told by it alone."""
    table = {schema.name for schema in theory.schemas if schema.branches}
    idle = tuple(sorted({schema.name for schema in theory.schemas} - table))
    if table:
        yield "    if action.name in DONE_BY:"
        yield "        carry_out(state, DONE_BY[action.name](before, state, action))"
    if lines and theory.schemas:
        rest = f"action.name not in {idle!r}"
        if table:
            yield f"    elif {rest}:" if idle else "    else:"
        else:
            yield f"    if {rest}:"
        yield from (f"    {line}" for line in lines)
    else:
        yield from lines


def schema_functions(theory: Theory) -> dict[str, list[str]]:
    """The function of each action that has one, as lines."""
    groups: dict[str, list[Schema]] = {}
    for schema in theory.schemas:
        if schema.branches:
            groups.setdefault(schema.name, []).append(schema)
    return {name: list(_lines(theory, name, schemas)) for name, schemas in groups.items()}


def function_name(theory: Theory, name: str) -> str:
    """A name for the function of an action, of its own."""
    names = list(dict.fromkeys(schema.name for schema in theory.schemas))
    plain = [f"do_{variable(other).rstrip('_')}" for other in names]
    mine = plain[names.index(name)]
    return mine if plain.count(mine) == 1 else f"{mine}_{names.index(name)}"


def _lines(theory: Theory, name: str, schemas: Sequence[Schema]) -> Iterator[str]:
    names = Names(theory.view, None)
    body: list[str] = []
    for schema in schemas:
        pad = "    "
        if schema.needs:
            body += condition(terms(schema.needs, names), pad)
            pad += "    "
        for branch in schema.branches:
            inner = pad
            if branch.when:
                body += condition(terms(branch.when, names), pad)
                inner += "    "
            for part in branch.parts:
                body.append(f"{inner}writes += {_written(theory, part)}")
    text, first = with_ordinals("\n".join(body))
    support, rows = sum(schema.support for schema in schemas), sum(schema.rows for schema in schemas)
    yield f"def {function_name(theory, name)}(before: State, state: State, action: Action) -> list:"
    yield f'    """What {phrase(name)} changes: things, attributes and new values ({support} of {rows} cases seen)."""'
    yield from preamble(theory, text, None)
    yield from first
    yield from _gathered(text.split("\n"))


def _gathered(lines: Sequence[str]) -> Iterator[str]:
    """The lines that add to ``writes``, with its beginning and end; it is left out where one line says all."""
    more = "    writes += "
    if lines[0].startswith(more):
        if len(lines) == 1:
            yield f"    return {lines[0].removeprefix(more)}"
            return
        lines = [f"    writes = {lines[0].removeprefix(more)}", *lines[1:]]
    else:
        yield "    writes = []"
    yield from lines
    yield "    return writes"


def with_ordinals(text: str) -> tuple[str, list[str]]:
    """A text in which what arguments name has a variable where it is spoken of twice, and what defines these."""
    first: list[str] = []
    for index, ordinal in enumerate(ORDINALS):
        long = f"called(before, argument(action, {index}))"
        if text.count(long) > 1:
            text = text.replace(long, ordinal)
            first.append(f"    {ordinal} = {long}")
    return text, first


def _written(theory: Theory, part: Part) -> str:
    if isinstance(part, Make):
        return _made(theory, part)
    kind = part.role.name if part.role.how in {"single", "key"} else ""
    names = Names(theory.view, kind)
    me = names.self_
    source = names.things(part.role, "state")
    if part.slot.part == "gone":
        return f"[change({me}, GONE, True) for {me} in {source}]"
    attr = part.slot.attr
    tests = [] if part.role.how == "single" else [f"{attr!r} in {me}"]
    tests += defined(part.effect, (), names)
    guard = f" if {' and '.join(tests)}" if tests else ""
    value = (
        value_text(part.effect.constant)
        if isinstance(part.effect, Become)
        else new_value(part.slot, part.effect, names)
    )
    return f"[change({me}, {attr!r}, {value}) for {me} in {source}{guard}]"


def _made(theory: Theory, make: Make) -> str:
    names = Names(theory.view, None)
    attrs = {"type": repr(make.kind)} | {name: names.source(source) for name, source in make.parts}
    text = ", ".join(f"{name!r}: {value}" for name, value in attrs.items())
    made = f"new(before, {{{text}}})" if make.once else f"[(None, NEW, {{{text}}})]"
    copied = [CopyPath(source) for _, source in make.parts if isinstance(source, Path)]
    tests = dict.fromkeys(test for effect in copied for test in defined(effect, (), names))
    return f"{made} if {' and '.join(tests)} else []" if tests else made
