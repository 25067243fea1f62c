"""The conditions that a schema may use: all of them about what its action's name and arguments lead to."""

from collections.abc import Sequence

from synth_server.inductive.features import ArgEquals, ArgIs, AtLeast, Attribute, Exists, Feature
from synth_server.inductive.language import attribute_paths, comparisons, dearness
from synth_server.inductive.refs import Ref, Row, View


def schema_features(
    view: View, rows: Sequence[Row], roles: Sequence[Ref], extents: dict[str, tuple[int, int]]
) -> list[Feature]:
    """All features that rules about one action may use."""
    shape = view.shape
    arity = max((len(row.step.action.args) for row in rows), default=0)
    paths = [p for p in attribute_paths(shape, rows, roles) if all(p.attr != attr for attr, _ in p.ref.matches)]
    plain = [path for path in paths if shape.place is None or path.attr not in shape.place]
    found: list[Feature] = [ArgIs(i, Ref("arg", index=i) in roles) for i in range(arity)]
    found += [
        ArgEquals(i, path)
        for i in range(arity)
        for path in plain
        if path.attr != "type" and path.ref.how != "key" and path.entry is None
    ]
    found += [Exists(ref) for ref in roles if ref.how in {"link", "key"}]
    found += [Attribute(path, dearness(view, rows, path, None)) for path in plain]
    for path in plain:
        numbers = {value for there, value in (path.value(row) for row in rows) if there and type(value) is int}
        if len(numbers) > 1 and path.attr in extents:
            low, high = extents[path.attr]
            bounds = range(low + 1, high + 1) if high - low <= 20 else sorted(numbers)[1:]
            sure = path.ref.how == "single" and all(type(path.value(row)[1]) is int for row in rows)
            found.append(AtLeast(path, tuple(bounds), sure))
    return [*found, *comparisons(shape, plain, rows)]
