"""What the conditions under which an action is offered may speak of: its arguments, singles, and relations of these."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from sandbox.runtime.values import Value
from synth_server.inductive.desk import Extents
from synth_server.inductive.features import Exists, Feature, Token
from synth_server.inductive.refs import Fixed, FromArg, Path, Ref, Row, Source, View, links, names
from synth_server.inductive.rules import Literal
from synth_server.inductive.schema_language import schema_features

MOST_VALUES = 8  # of an attribute of a relation that are told by constants

Match = tuple[str, Source]


@dataclass(frozen=True)
class Either:
    """One of several literals holds."""

    literals: tuple[Literal, ...]

    def tokens(self, row: Row) -> Iterator[Token]:
        """See :class:`Feature`."""
        if any((literal.token in literal.feature.tokens(row)) is literal.positive for literal in self.literals):
            yield True

    def cost(self, token: Token, positive: bool) -> float:
        """See :class:`Feature`."""
        return sum(literal.feature.cost(literal.token, literal.positive) for literal in self.literals)


def offer_features(view: View, rows: Sequence[Row], extents: Extents) -> list[Feature]:
    """All features that rules about one action's being offered may use."""
    arity = max((len(row.step.action.args) for row in rows), default=0)
    near = [Ref("single", single) for single in view.shape.singles]
    near += [ref for ref in (Ref("arg", index=i) for i in range(arity)) if names(ref, rows)]
    reach = [link for ref in near for link in links(view.shape, ref, rows)]
    found = schema_features(view, rows, [*near, *reach], extents)
    return [*found, *(Exists(key) for key in _relations(view, rows, near, arity))]


def _relations(view: View, rows: Sequence[Row], near: Sequence[Ref], arity: int) -> Iterator[Ref]:
    """Things of other types by one to three of their attributes, which equal arguments, what these have, a constant."""
    args = {thing.type for row in rows for ref in near for thing in [ref.thing(row)] if thing is not None}
    sources = {source: _told(source, rows) for source in _sources(rows, near, arity)}
    scenes = list({id(row.step.before): row.step.before for row in rows}.values())
    for kind, attrs in view.shape.types.items():
        if kind in args:
            continue
        matches: list[Match] = []
        for attr in attrs:
            values = {t.attrs[attr] for scene in scenes for t in scene.of.get(kind, ()) if attr in t.attrs}
            matches += [(attr, source) for source, told in sources.items() if told & values]
            if 1 < len(values) <= MOST_VALUES and not any(scene.called(v) for scene in scenes for v in values):
                matches += [(attr, Fixed(v)) for v in sorted(values, key=repr) if isinstance(v, str | bool)]
        for size in (1, 2, 3):
            for some in combinations(matches, size):
                fixed = sum(isinstance(source, Fixed) for _, source in some)
                if len({attr for attr, _ in some}) == size and (fixed == 1 if size == 3 else fixed < 2):
                    yield Ref("key", kind, matches=some)


def _sources(rows: Sequence[Row], near: Sequence[Ref], arity: int) -> Iterator[Source]:
    yield from (FromArg(i) for i in range(arity))
    for ref in near:
        things = [thing for row in rows for thing in [ref.thing(row)] if thing is not None]
        found = dict.fromkeys(name for thing in things for name, v in thing.attrs.items() if isinstance(v, str))
        yield from (Path(ref, name) for name in found)


def _told(source: Source, rows: Sequence[Row]) -> set[Value]:
    told = [source.value(row) for row in rows]
    return {value for there, value in told if there and isinstance(value, str)}
