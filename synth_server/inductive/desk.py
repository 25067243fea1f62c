"""One action's rows, and what may be said about them: what changed, which changes explain it, which conditions hold."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from sandbox.runtime.values import FrozenMap, Value, canonical, same
from synth_server.inductive.candidates import values_for
from synth_server.inductive.effects import UNKNOWN, Become, CopyPath, Effect, Slot
from synth_server.inductive.evidence import bits, masks
from synth_server.inductive.features import Feature, Token
from synth_server.inductive.habits import Told
from synth_server.inductive.keys import roles_for
from synth_server.inductive.parts import Make, Part, Write
from synth_server.inductive.refs import SELF, Fixed, FromArg, Path, Ref, Row, Source, View
from synth_server.inductive.scene import Step, Thing
from synth_server.inductive.schema_language import schema_features

Extents = dict[str, tuple[int, int]]
Item = tuple[int, Hashable, str]  # one change: its row, the thing, the attribute


@dataclass(frozen=True)
class Try:
    """A change with what it explains: items, and the rows in which it shows, or should and does not.

    ``plain`` says that all that it wrote was true, false or null, ``named`` that it wrote the name of a thing.
    """

    part: Part
    items: frozenset[Item]
    right: int
    wrong: int
    plain: bool = True
    named: bool = False


def extents_of(steps: Sequence[Step]) -> Extents:
    """The least and the greatest number that was seen, by attribute."""
    found: Extents = {}
    for step in steps:
        for scene in (step.before, step.after):
            for thing in scene.things:
                for name, value in thing.attrs.items():
                    if type(value) is int:
                        low, high = found.get(name, (value, value))
                        found[name] = (min(low, value), max(high, value))
    return found


NOTHING = 0  # the code of what is unknown


class _Codes:
    """A number for each value, so that many are quickly compared; those of other types have other numbers."""

    def __init__(self) -> None:
        self.values: list[Value] = [None]
        self._known: dict[tuple[type, Hashable], int] = {}

    def code(self, value: Value) -> int:
        """The number of a value, ``NOTHING`` for what is unknown."""
        if value is UNKNOWN:
            return NOTHING
        key = (type(value), canonical(value) if isinstance(value, FrozenMap | tuple) else value)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = len(self.values)
            self.values.append(value)
        return known


@dataclass
class Desk:
    """One action's rows, and what may be said about them."""

    view: View
    rows: Sequence[Row]
    extents: Extents
    roles: list[Ref] = field(default_factory=list)
    features: list[Feature] = field(default_factory=list)
    table: dict[tuple[int, Token], int] = field(default_factory=dict)
    told: Told = field(default_factory=lambda: Told({}, (), 0))
    tries: list[Try] = field(default_factory=list)
    _ledger: "_Codes" = field(default_factory=_Codes)
    _paths: list[Path] = field(default_factory=list)
    _columns: dict[Path, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.roles = roles_for(self.view, self.rows)
        self._paths = [path for role in self.roles for path in _paths(role, self.rows)]
        self.tries = [*self._writes(), *self._makes()]
        self.features = schema_features(self.view, self.rows, self.roles, self.extents)
        self.table = masks(self.features, self.rows)
        self.told = Told(self.table, self.features, len(self.rows))

    @property
    def name(self) -> str:
        """The action's name."""
        return self.rows[0].step.action.name

    def changes(self) -> set[Item]:
        """Everything that changed."""
        found: set[Item] = set()
        for number, row in enumerate(self.rows):
            for old, new in row.step.pairs:
                if new is None:
                    found.add((number, id(old), ""))
                elif new.digest != old.digest:
                    names = {*old.attrs, *new.attrs}
                    found |= {(number, id(old), n) for n in names if not same(old.attrs.get(n), new.attrs.get(n))}
            found |= {(number, ("made", i), "") for i in range(len(row.step.created))}
        return found

    def _writes(self) -> Iterator[Try]:
        fates = [{id(old): new for old, new in row.step.pairs} for row in self.rows]
        refs = [SELF, *self.roles]
        for role in self.roles:
            seen: list[tuple[int, Row]] = []
            for number, row in enumerate(self.rows):
                for thing in role.things(row):
                    after = fates[number].get(id(thing))
                    seen.append((number, Row(row.step, thing, after, row.actor, row.vector, row.ways, row.memo)))
            slots: dict[Slot, None] = {}
            for _, row in seen:
                assert row.thing is not None
                if row.after is None:
                    slots.setdefault(Slot("", "gone"))
                elif row.after is not row.thing:
                    old, new = row.thing.attrs, row.after.attrs
                    for name in {**old, **new}:
                        if not same(old.get(name), new.get(name)):
                            slots.setdefault(Slot("", "attr", name))
            for slot in slots:
                yield from self._written(role, slot, seen, refs)

    def _written(self, role: Ref, slot: Slot, seen: Sequence[tuple[int, Row]], refs: Sequence[Ref]) -> Iterator[Try]:
        code = self._ledger.code
        then, now = [code(slot.then(row)) for _, row in seen], [code(slot.now(row)) for _, row in seen]
        changed = [i for i, came in enumerate(then) if came not in {NOTHING, now[i]}]
        able = [i for i, came in enumerate(then) if came != NOTHING and _has(slot, seen[i][1])]
        for effect, told in self._effects(slot, seen, changed, then, refs):
            right = [i for i in able if told[i] == then[i] != now[i]]
            if not right:
                continue
            wrong = {seen[i][0] for i in able if told[i] not in {then[i], now[i], NOTHING}}
            failed = bits(sorted(wrong))
            shown = bits(sorted({seen[i][0] for i in right})) & ~failed
            if not shown:
                continue
            items = [(seen[i][0], id(seen[i][1].thing), slot.attr) for i in right if seen[i][0] not in wrong]
            plain = all(isinstance(self._ledger.values[told[i]], bool | None) for i in right)
            named = isinstance(effect, Become) and seen[0][1].step.before.called(effect.constant) is not None
            yield Try(Write(role, slot, effect), frozenset(items), shown, failed, plain, named)

    def _effects(
        self,
        slot: Slot,
        seen: Sequence[tuple[int, Row]],
        changed: Sequence[int],
        then: Sequence[int],
        refs: Sequence[Ref],
    ) -> Iterator[tuple[Effect, list[int]]]:
        """The effects that are right where something changed at least once, with what they say, as codes."""

        def spoken(effect: Effect) -> list[int]:
            if isinstance(effect, Become):
                return [self._ledger.code(effect.constant)] * len(seen)
            return [self._ledger.code(effect.value(row)) for _, row in seen]

        if slot.part == "gone":
            yield Become(True), spoken(Become(True))
            return
        rows = [seen[i][1] for i in changed]
        plain = dict.fromkeys(values_for(self.view, slot, refs, rows, self.extents.get(slot.attr, ()), ()))
        own = [CopyPath(path) for path in _paths(SELF, rows) if path.attr != slot.attr]
        for effect in (*plain, *own):
            if any(self._ledger.code(effect.value(seen[i][1])) == then[i] for i in changed):
                yield effect, spoken(effect)
        came = list(dict.fromkeys((seen[i][0], then[i]) for i in changed))
        for path in self._paths:
            column = self._column(path)
            if any(column[number] == code for number, code in came):
                yield CopyPath(path), [column[number] for number, _ in seen]

    def _column(self, path: Path) -> list[int]:
        """What a path that does not depend on the thing that is written says, row by row."""
        known = self._columns.get(path)
        if known is None:
            known = self._columns[path] = [self._ledger.code(CopyPath(path).value(row)) for row in self.rows]
        return known

    def _makes(self) -> Iterator[Try]:
        made = [(number, i, thing) for number, row in enumerate(self.rows) for i, thing in enumerate(row.step.created)]
        known: set[Make] = set()
        paths: list[Source] = [
            Path(role, name)
            for role in self.roles
            for name in {n: None for row in self.rows for t in [role.thing(row)] if t is not None for n in t.attrs}
        ]
        for number, _, thing in made[:40]:
            for make in _templates(self.rows[number], thing, paths):
                if make not in known:
                    known.add(make)
                    yield self._made(make)

    def _made(self, make: Make) -> Try:
        right: list[int] = []
        wrong: list[int] = []
        items: set[Item] = set()
        for number, row in enumerate(self.rows):
            attrs = make.made(row)
            if attrs is None:
                continue
            found = [i for i, thing in enumerate(row.step.created) if is_like(thing, make.kind, attrs)]
            if found:
                right.append(number)
                items.add((number, ("made", found[0]), ""))
            elif not (make.once and any(is_like(t, make.kind, attrs) for t in row.step.before.of.get(make.kind, ()))):
                wrong.append(number)
        return Try(make, frozenset(items), bits(right), bits(wrong))


def is_like(thing: Thing, kind: str, attrs: dict[str, Value]) -> bool:
    """Whether a thing is of this type, with these attributes and no others."""
    return (
        thing.type == kind
        and thing.attrs.keys() == attrs.keys()
        and all(same(thing.attrs[name], attrs[name]) for name in attrs)
    )


def _has(slot: Slot, row: Row) -> bool:
    assert row.thing is not None
    return slot.part != "attr" or slot.attr in row.thing.attrs


def _paths(ref: Ref, rows: Sequence[Row]) -> list[Path]:
    """The attributes of what a reference names."""
    things = {thing.digest: thing for row in rows if (thing := ref.thing(row)) is not None}
    return [Path(ref, name) for name in dict.fromkeys(name for thing in things.values() for name in thing.attrs)]


MOST_TEMPLATES = 24


def _templates(row: Row, thing: Thing, paths: Sequence[Source]) -> Iterator[Make]:
    """The ways in which a thing may be made: each attribute an argument, an attribute of something, a constant."""
    found: list[tuple[tuple[str, Source], ...]] = [()]
    args = row.step.action.args
    for name, value in thing.attrs.items():
        sources: list[Source] = [FromArg(i) for i, arg in enumerate(args) if same(arg, value)]
        for path in paths if not sources and value is not None and type(value) is not bool else ():
            there, told = path.value(row)
            if there and same(told, value) and len(sources) < 4:
                sources.append(path)
        sources.append(Fixed(value))
        found = [(*done, (name, source)) for source in sources for done in found][:MOST_TEMPLATES]
    once = all(t is thing or t.digest != thing.digest for t in row.step.after.of.get(thing.type, ()))
    yield from (Make(thing.type, parts, once) for parts in found)
