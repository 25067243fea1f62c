"""Effects as Python expressions."""

import re
from collections.abc import Iterator

from synth_server.inductive import effects as e
from synth_server.inductive.emit_terms import Names
from synth_server.inductive.emit_text import access, direction_text, value_text, variable
from synth_server.inductive.features import Content, SelfAt
from synth_server.inductive.refs import SELF, Place
from synth_server.inductive.rules import Conjunction
from synth_server.inductive.theory import Theory


def preamble(theory: Theory, text: str, kind: str | None) -> Iterator[str]:
    """The variables that a function's text uses."""
    found: dict[str, str] = {}
    for single in theory.shape.singles:
        var = variable(single)
        turned = single == theory.shape.actor and bool(theory.frame.table)  # its direction is asked for
        if single != kind and (turned or uses(var, text)):
            found[var] = f"before.of({single!r})[0]"
    wanted = has_way(text) or kind != theory.shape.actor
    if theory.frame.table and "way = " not in text and wanted:
        found["way"] = direction_text(theory.frame, "before")
    if found:
        yield f"    {', '.join(found)} = {', '.join(found.values())}"


def uses(var: str, text: str) -> int:
    """How often a text uses a variable that holds a thing."""
    own = rf"\bfor {var} in "  # a loop's own
    lines = [line for line in text.split("\n") if not re.search(own, line)]
    return len(re.findall(rf"\({var}(?=[),])|(?<!\.)\b{var}(?=[.\[])", "\n".join(lines)))


def has_way(text: str) -> bool:
    """Whether it uses the main direction."""
    return re.search(r"\bway\b", text) is not None


def defined(effect: e.Effect, when: Conjunction, names: Names) -> list[str]:
    """What must hold for an effect to make sense."""
    if isinstance(effect, e.Shift):
        known = any(
            isinstance(t.feature, Content | SelfAt) and t.positive and t.feature.place.far and not t.feature.place.way
            for t in when
        )
        return [] if known and not effect.way else [names.vector(effect.way)]
    if isinstance(effect, e.Slide):
        return [f"{_slid(effect, names)} is not None"]
    if isinstance(effect, e.ChangeBy):
        direct = effect.path.ref.how in {"self", "single"} and effect.path.entry is None
        return [] if direct else [f"isinstance({names.path(effect.path)}, int)"]
    if isinstance(effect, e.CopyPath) and effect.path.ref.how not in {"self", "single"}:
        return [f"{names.ref(effect.path.ref)} is not None"]
    if isinstance(effect, e.Goto):
        return [f"{names.place(effect.place)} is not None"]
    if isinstance(effect, e.RecordAt):
        return [_recorded(effect, names)]
    if isinstance(effect, e.Lookup):
        table = "{" + ", ".join(f"{value_text(k)}: {value_text(v)}" for k, v in effect.table) + "}"
        return [f"{access(names.self_, effect.attr)} in {table}"]
    if isinstance(effect, e.CopyArg):
        return [f"len(action.args) > {effect.index}"]
    return []


def new_value(slot: e.Slot, effect: e.Effect, names: Names) -> str:
    """What a slot becomes."""
    me = names.self_
    if isinstance(effect, e.Shift):
        return names.place(Place(SELF, effect.far, way=effect.way))
    if isinstance(effect, e.Slide):
        return _slid(effect, names)
    if isinstance(effect, e.ChangeBy):
        return f"{access(me, effect.attr)} {'+' if effect.sign > 0 else '-'} {names.path(effect.path)}"
    if isinstance(effect, e.ShiftBy):
        return f"beside({me}, {effect.offset!r})"
    if isinstance(effect, e.Goto):
        return names.place(effect.place)
    if isinstance(effect, e.Become):
        return "None, None" if slot.part == "place" else value_text(effect.constant)
    if isinstance(effect, e.Change):
        old = access(me, effect.attr)
        sum_ = f"{old} {'-' if effect.amount < 0 else '+'} {abs(effect.amount)}"
        if effect.bound is not None:
            return f"{'max' if effect.amount < 0 else 'min'}({effect.bound}, {sum_})"
        return f"({sum_}) % {effect.modulus}" if effect.modulus else sum_
    if isinstance(effect, e.Lookup):
        table = "{" + ", ".join(f"{value_text(k)}: {value_text(v)}" for k, v in effect.table) + "}"
        return f"{table}[{access(me, effect.attr)}]"
    if isinstance(effect, e.CopyArg):
        return f"action.args[{effect.index}]"
    if isinstance(effect, e.CopyPath):
        return names.path(effect.path)
    assert isinstance(effect, e.RecordAt)
    if effect.whole:
        return f"told_of({_recorded(effect, names)}, {effect.entries[0][0]!r})"
    return f"record({_recorded(effect, names)}, {dict(effect.entries)!r})"


def _slid(effect: e.Slide, names: Names) -> str:
    """Where a slide ends."""
    kinds = f"{effect.stops!r}, {effect.sticky!r}, {effect.smooth!r}"
    return f"slid(before, {names.self_}, {names.vector(effect.way)}, {kinds})"


def _recorded(effect: e.RecordAt, names: Names) -> str:
    """The thing to be recorded."""
    where = ", ".join([names.place(effect.place), *(repr(name) for _, name in effect.entries if name)])
    return f"taken(before, state, {where})" if effect.taken else f"only(before, {where})"
