"""All features of a step that look at what goals name."""

from collections.abc import Sequence

from sandbox.runtime.values import FrozenMap, Value
from synth_server.inductive.features import Feature
from synth_server.inductive.forms import Hearing
from synth_server.inductive.named_things import Memory, Target
from synth_server.inductive.refs import Row, View
from synth_server.inductive.scene import Shape
from synth_server.inductive.targets import (
    ArgNames,
    FormIs,
    Has,
    Held,
    Inside,
    Near,
    Reached,
    Shares,
    There,
    tells_where,
)

FEW, MOST_STATES = 3, 12


def lifted_features(view: View, hearing: Hearing, rows: Sequence[Row], changing: set[tuple[str, str]]) -> list[Feature]:
    """All features about what goals name."""
    shape, frame = view.shape, view.frame
    if not hearing.most:
        return []
    memory = Memory(shape)
    single = [Target(hearing, (number,), memory) for number in range(hearing.most)]
    pairs = [(a, b) for a in single for b in single if a is not b]
    joint = [Target(hearing, (a, b), memory) for a in range(hearing.most) for b in range(a + 1, hearing.most)]
    targets = [*single, *joint[:3]]
    found: list[Feature] = [FormIs(hearing)] if len(hearing.forms) > 1 else []
    arity = max((len(row.step.action.args) for row in rows), default=0) if shape.names else 0
    attrs = sorted({attr for _, attr in changing} - set(shape.place or ()))
    if shape.place is not None and shape.actor is not None:
        hows = ("here", "beside", *(("ahead",) if frame.source == "attr" else ()), *(("met",) if frame.table else ()))
        found += [Reached(target, shape, frame, how) for target in targets for how in hows]
    values = _states(shape, rows, attrs)
    held = sorted((kind, attr) for kind, attr in changing if kind in shape.singles and _tells(rows, kind, attr))
    found += [Held(target, shape, kind, attr) for target in targets for kind, attr in held]
    telling = [attr for attr in attrs if shape.names and names_others(rows, attr)]
    found += [Has(target, attr, attr in telling) for target in targets for attr in attrs]
    if shape.place is not None:
        found += [
            Near(a, b, shape, how, value)
            for a, b in pairs
            for value in [None, *values]
            if value is not None or a.which < b.which
            for how in ("here", "beside", "around")
        ]
    found += [Inside(a, b, attr, value) for a, b in pairs for attr in telling for value in [None, *values]]
    found += [Shares(target, kind, attr) for target in single for kind, attr in _shared(shape, rows, changing)]
    found += [There(target) for target in targets]
    found += [ArgNames(target, index) for target in targets for index in range(arity)]
    return found


def _tells(rows: Sequence[Row], kind: str, attr: str) -> bool:
    """Whether an attribute of a single may tell of a thing: by a record or a name, or nothing yet."""
    things = (thing for row in rows for thing in row.step.after.of.get(kind, ()))
    return all(isinstance(thing.attrs.get(attr), FrozenMap | str | None) for thing in things)


def names_others(rows: Sequence[Row], attr: str) -> bool:
    """Whether an attribute's values ever name things."""
    scenes = {id(row.step.after): row.step.after for row in rows}.values()
    values = {thing.attrs.get(attr) for scene in scenes for thing in scene.things if attr in thing.attrs}
    return any(isinstance(value, str) and scene.called(value) is not None for value in values for scene in scenes)


def _shared(shape: Shape, rows: Sequence[Row], changing: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The changing attributes of singles, places left out, whose values other things have too."""
    scenes = {id(row.step.after): row.step.after for row in rows}.values()
    values: dict[str, dict[str, set[Value]]] = {}  # by attribute and type
    for scene in scenes:
        for thing in scene.things:
            for attr, value in thing.attrs.items():
                if tells_where(value):
                    values.setdefault(attr, {}).setdefault(thing.type, set()).add(value)
    return sorted(
        (kind, attr)
        for kind, attr in changing
        if kind in shape.singles and attr not in (shape.place or ())
        for own in [values.get(attr, {}).get(kind, set())]
        if any(own & others for other, others in values.get(attr, {}).items() if other != kind)
    )


def _states(shape: Shape, rows: Sequence[Row], attrs: Sequence[str]) -> list[tuple[str, Value]]:
    """The values of attributes that change and have but a few."""
    found: dict[str, set[Value]] = {attr: set() for attr in attrs}
    for row in rows:
        for thing in row.step.after.things:
            for attr in attrs:
                value = thing.attrs.get(attr)
                if isinstance(value, bool | str):
                    found[attr].add(value)
    few = [(attr, value) for attr, values in found.items() if len(values) <= FEW for value in sorted(values, key=str)]
    return few[:MOST_STATES]
