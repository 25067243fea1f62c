"""What an action may speak of besides its arguments: the things that a relation to them picks out."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from sandbox.runtime.values import Value
from synth_server.inductive.refs import Fixed, FromArg, Path, Ref, Row, Source, View, links, names

MOST_KEYS = 60
MOST_VALUES = 8  # an attribute with more values is told by references, not by constants

Match = tuple[str, Source]


def roles_for(view: View, rows: Sequence[Row]) -> list[Ref]:
    """The names that a rule about one action may use: singles, arguments, what these name, what is keyed by them."""
    shape = view.shape
    arity = max((len(row.step.action.args) for row in rows), default=0)
    near = [Ref("single", single) for single in shape.singles]
    near += [ref for ref in (Ref("arg", index=i) for i in range(arity)) if names(ref, rows)]
    found = list(near)
    reach = list(near)
    for _ in range(2):
        reach = [link for ref in reach for link in links(shape, ref, rows)]
        found += reach
    found = _different(found, rows)
    first = _different(list(_keys(view, rows, found, arity)), rows)[:MOST_KEYS]
    exact = [key for key in first if all(isinstance(source, FromArg) for _, source in key.matches)]
    second = _different([*first, *_keys(view, rows, exact, 0)], rows)[:MOST_KEYS]
    return [*found, *second]


def _different(refs: Sequence[Ref], rows: Sequence[Row]) -> list[Ref]:
    """The references that name something, the cheapest of those that name the same things in all rows."""
    kept: dict[tuple[tuple[int, ...], ...], Ref] = {}
    for ref in sorted(refs, key=lambda ref: ref.cost):
        mark = tuple(tuple(id(thing) for thing in ref.things(row)) for row in rows)
        if any(mark):
            kept.setdefault(mark, ref)
    return list(kept.values())


def _keys(view: View, rows: Sequence[Row], refs: Sequence[Ref], arity: int) -> Iterator[Ref]:
    """Things of a type by one, two or three of their attributes."""
    sources = {source: _told(source, rows) for source in _sources(view, rows, refs, arity)}
    for kind, attrs in view.shape.types.items():
        if kind in view.shape.singles:
            continue
        matches: list[Match] = []
        for attr in attrs:
            values = {t.attrs[attr]: None for row in rows for t in row.step.before.of.get(kind, ()) if attr in t.attrs}
            if not any(isinstance(value, str | bool | None) for value in values):
                continue
            matches += [(attr, source) for source, told in sources.items() if told & values.keys()]
            if arity and view.shape.names.get(kind) != attr and len(values) <= MOST_VALUES:
                plain = [v for v in values if isinstance(v, str | bool | None) and not _is_name(v, rows)]
                matches += [(attr, Fixed(value)) for value in plain]
        yield from _combined(kind, matches, view.shape.names.get(kind))


def _combined(kind: str, matches: Sequence[Match], name: str | None) -> Iterator[Ref]:
    """Any thing of the type; one to three matches; what is named needs no more."""
    yield Ref("key", kind)
    for size in (1, 2, 3):
        for some in combinations(matches, size):
            if size > 1 and any(attr == name for attr, _ in some):
                continue
            fixed = sum(isinstance(source, Fixed) for _, source in some)
            if len({attr for attr, _ in some}) == size and (size == 1 or fixed <= 1):
                if size == 3 and not (fixed == 1 and all(isinstance(s, Fixed | FromArg) for _, s in some)):
                    continue
                if fixed and size > 1 and any(s == Fixed(None) for _, s in some):
                    continue
                yield Ref("key", kind, matches=some)


def _sources(view: View, rows: Sequence[Row], refs: Sequence[Ref], arity: int) -> Iterator[Source]:
    yield from (FromArg(i) for i in range(arity))
    for ref in refs:
        if ref.how == "link" and ref.base is not None and ref.base.how == "link":
            continue
        found: dict[str, None] = {}
        for row in rows:
            thing = ref.thing(row)
            for name, value in thing.attrs.items() if thing is not None else ():
                if any(name == attr for attr, _ in ref.matches):
                    continue  # known already
                own = thing is not None and view.shape.names.get(thing.type) == name
                if isinstance(value, str) and not (own and ref.how == "arg"):
                    found.setdefault(name)
        yield from (Path(ref, name) for name in found)


def _told(source: Source, rows: Sequence[Row]) -> set[Value]:
    told = [source.value(row) for row in rows]
    return {value for there, value in told if there and isinstance(value, str)}


def _is_name(value: Value, rows: Sequence[Row]) -> bool:
    return any(row.step.before.called(value) is not None for row in rows)
