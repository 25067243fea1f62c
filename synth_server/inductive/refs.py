"""How rules name things, places and values: deictically, seen from the actor, from self, or from an argument.

A row is one step seen from one thing (the *self* of a rule), or from nothing (rules that create).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.runtime.values import FrozenMap, Value, same
from synth_server.inductive.frames import Frame
from synth_server.inductive.scene import Point, Shape, Step, Thing


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """One step seen from one thing; ``vector`` is the direction that applies, if any; ``ways`` are further ones."""

    step: Step
    thing: Thing | None
    after: Thing | None
    actor: Thing | None
    vector: Point | None
    ways: "Sequence[Way]" = ()
    memo: dict[Any, Any] = field(default_factory=dict)

    def way(self, number: int) -> Point | None:
        """The main direction (0), or a further one."""
        return self.vector if number == 0 else self.ways[number - 1].vector(self)


@dataclass(frozen=True)
class Ref:
    """Names a thing.

    ``how``: ``self``; ``single`` (the only one of type ``name``); ``arg`` (what argument ``index`` names); ``at`` (the
    one thing at ``place``, besides self and the actor); ``link`` (what attribute ``name`` of ``base`` names); ``twin``
    (the one other thing of ``base``'s type that shares its attribute ``name``); ``key`` (the one thing of type ``name``
    whose attributes are as ``matches`` say).
    """

    how: str
    name: str = ""
    index: int = 0
    place: "Place | None" = None
    base: "Ref | None" = None
    matches: "tuple[tuple[str, Source], ...]" = ()

    def __hash__(self) -> int:
        """Computed once: references are nested, and asked for in every row."""
        known = self.__dict__.get("_hash")
        if known is None:
            known = hash((self.how, self.name, self.index, self.place, self.base, self.matches))
            object.__setattr__(self, "_hash", known)
        return int(known)

    def thing(self, row: Row) -> Thing | None:
        """The thing in this row, if there is one."""
        if self.how == "self":
            return row.thing
        if self.how == "single":
            return row.step.before.single(self.name)
        known = row.memo.get(self)
        if known is None:
            known = row.memo[self] = (self._find(row),)
        return known[0]

    def things(self, row: Row) -> Sequence[Thing]:
        """All things that it names: of a key there may be several."""
        if self.how != "key":
            found = self.thing(row)
            return () if found is None else (found,)
        known = row.memo.get(("all", self))
        if known is None:
            known = row.memo["all", self] = self._matching(row)
        return known

    def _matching(self, row: Row) -> Sequence[Thing]:
        found: Sequence[Thing] | None = None
        for attr, source in self.matches:
            there, value = source.value(row)
            if not there or (value is None and not isinstance(source, Fixed)):
                return ()
            if found is None:
                found = row.step.before.having(self.name, attr, value)
            else:
                found = [t for t in found if attr in t.attrs and same(t.attrs[attr], value)]
        return row.step.before.of.get(self.name, ()) if found is None else found

    def _find(self, row: Row) -> Thing | None:
        scene = row.step.before
        if self.how == "arg":
            args = row.step.action.args
            return scene.called(args[self.index]) if self.index < len(args) else None
        if self.how == "at":
            assert self.place is not None
            return alone(row, self.place)
        if self.how == "key":
            found = self.things(row)
            return found[0] if len(found) == 1 else None
        assert self.base is not None
        base = self.base.thing(row)
        if base is None:
            return None
        if self.how == "link":
            return scene.called(base.attrs.get(self.name))
        value = base.attrs.get(self.name)
        others = [t for t in scene.of[base.type] if t is not base and t.attrs.get(self.name) == value]
        return others[0] if len(others) == 1 else None

    @property
    def cost(self) -> float:
        """What is farther is dearer."""
        if self.how in {"self", "single"}:
            return 0.0
        if self.how == "arg":
            return 0.2
        if self.how == "at":
            assert self.place is not None
            return 0.3 + self.place.cost
        if self.how == "key":
            return 0.4 + sum(source.price for _, source in self.matches)
        assert self.base is not None
        return 0.8 + self.base.cost

    def mine(self) -> bool:
        """Whether it depends on self."""
        if self.how == "at":
            assert self.place is not None
            return self.place.ref.mine()
        if self.how == "key":
            return any(isinstance(source, Path) and source.ref.mine() for _, source in self.matches)
        return self.how == "self" or (self.base is not None and self.base.mine())


SELF = Ref("self")


@dataclass(frozen=True)
class Place:
    """``far`` steps along direction ``way`` from a thing; or a fixed offset.

    With ``through``, the first place along the direction where no thing of that type stands.
    """

    ref: Ref
    far: int = 0
    offset: Point | None = None
    way: int = 0
    through: str = ""

    def point(self, row: Row) -> Point | None:
        """The point in this row, or None where there is none."""
        thing = self.ref.thing(row)
        if thing is None or thing.pos is None:
            return None
        if self.offset is not None:
            return (thing.pos[0] + self.offset[0], thing.pos[1] + self.offset[1])
        if self.far == 0:
            return thing.pos
        vector = row.way(self.way)
        if vector is None:
            return None
        x, y = thing.pos[0] + self.far * vector[0], thing.pos[1] + self.far * vector[1]
        if self.through and vector != (0, 0):
            while any(t.type == self.through for t in row.step.before.at.get((x, y), ())):
                x, y = x + vector[0], y + vector[1]
        return (x, y)

    @property
    def cost(self) -> float:
        """Nearer places are cheaper; those with a fixed offset dearest."""
        extra = self.ref.cost + (0.6 if self.way else 0.0) + (1.2 if self.through else 0.0)
        if self.offset is not None:
            return 3.0 + extra
        return {0: 0.6, 1: 0.5, 2: 1.5}.get(self.far, 3.0) + extra


@dataclass(frozen=True)
class Path:
    """An attribute of a thing (``type`` is its type), or an entry of a nested value."""

    ref: Ref
    attr: str
    entry: str | None = None

    def value(self, row: Row) -> tuple[bool, Value]:
        """Whether there is such a value in this row, and the value."""
        thing = self.ref.thing(row)
        if thing is None:
            return False, None
        if self.attr == "type":
            return True, thing.type
        if self.attr not in thing.attrs:
            return False, None
        value = thing.attrs[self.attr]
        if self.entry is None:
            return True, value
        if isinstance(value, FrozenMap) and self.entry in value:
            return True, value[self.entry]
        return False, None

    @property
    def price(self) -> float:
        """What is farther is dearer."""
        return 0.5 + self.ref.cost


@dataclass(frozen=True)
class FromArg:
    """The value of an argument."""

    index: int

    def value(self, row: Row) -> tuple[bool, Value]:
        """Whether there is such an argument in this row, and its value."""
        args = row.step.action.args
        return (True, args[self.index]) if self.index < len(args) else (False, None)

    @property
    def price(self) -> float:
        """What is farther is dearer."""
        return 0.2


@dataclass(frozen=True)
class Fixed:
    """A constant."""

    constant: Value

    def value(self, row: Row) -> tuple[bool, Value]:
        """True, and the constant."""
        return True, self.constant

    @property
    def price(self) -> float:
        """What is special is dearer."""
        return 1.0


Source = FromArg | Fixed | Path


@dataclass(frozen=True, eq=False)
class Way:
    """A further direction: a table from a value near at hand to a vector."""

    path: Path
    table: Mapping[Value, Point]

    def vector(self, row: Row) -> Point | None:
        """The direction in this row, if any."""
        there, value = self.path.value(row)
        return self.table.get(value) if there and isinstance(value, str | int) else None


@dataclass(frozen=True, eq=False)
class View:
    """How the steps are looked at: the shape of the world, and its directions.

    ``early`` says that the actor changes first, so that what others meet has changed already.
    """

    shape: Shape
    frame: Frame
    ways: tuple[Way, ...] = ()
    early: bool = False

    @property
    def actor(self) -> Ref | None:
        """The actor."""
        return Ref("single", self.shape.actor) if self.shape.actor else None

    def equals(self, other: "View") -> bool:
        """Whether two views are the same in all that they tell."""
        same_parts = vars(self.shape) == vars(other.shape) and vars(self.frame) == vars(other.frame)
        return same_parts and (self.ways, self.early) == (other.ways, other.early)


def rows_of(view: View, steps: Sequence[Step], kind: str | None) -> list[Row]:
    """The rows of a type, or one row a step when ``kind`` is None."""
    shape, rows = view.shape, []
    for step in steps:
        actor = step.before.single(shape.actor) if shape.actor else None
        vector = view.frame.vector(shape, step.before, step.action)
        if kind is None:
            rows.append(Row(step, None, None, actor, vector, view.ways))
        else:
            pairs = (pair for pair in step.pairs if pair[0].type == kind)
            rows.extend(Row(step, old, new, actor, vector, view.ways) for old, new in pairs)
    return rows


def alone(row: Row, place: Place) -> Thing | None:
    """The one thing at a place, besides self and the actor."""
    point = place.point(row)
    if point is None:
        return None
    things = [t for t in row.step.before.at.get(point, ()) if t is not row.thing and t is not row.actor]
    return things[0] if len(things) == 1 else None


def refs_for(view: View, rows: Sequence[Row], kind: str | None) -> list[Ref]:
    """The names that rules about ``kind`` may use, nearest first; only such as name something in some row."""
    shape = view.shape
    base = ([SELF] if kind is not None else []) + [Ref("single", single) for single in shape.singles if single != kind]
    arity = max((len(row.step.action.args) for row in rows), default=0)
    if shape.names:
        base += [ref for ref in (Ref("arg", index=i) for i in range(arity)) if names(ref, rows)]
    found = list(base)
    if shape.place is not None and view.actor is not None:
        spots = [Place(view.actor)] + ([Place(view.actor, 1)] if view.frame.table else [])
        if kind is not None and kind != shape.actor:
            spots.append(Place(SELF))
        found += [ref for ref in (Ref("at", place=spot) for spot in spots) if names(ref, rows)]
    reach = list(base)
    for _ in range(2):
        reach = [link for ref in reach for link in links(shape, ref, rows)]
        found += reach
        if len(found) > MOST_REFS:
            break
    return found[:MOST_REFS]


MOST_REFS = 24


def names(ref: Ref, rows: Sequence[Row]) -> bool:
    """Whether a reference names something in some row."""
    return any(ref.thing(row) is not None for row in rows)


def links(shape: Shape, ref: Ref, rows: Sequence[Row]) -> list[Ref]:
    """The names of what the attributes of a thing name."""
    if not shape.names:
        return []
    attrs: dict[str, None] = {}
    for row in rows:
        thing = ref.thing(row)
        for name in thing.attrs if thing is not None else ():
            if thing is not None and shape.names.get(thing.type) != name:
                attrs.setdefault(name)
    found = [Ref("link", name, base=ref) for name in attrs]
    return [link for link in found if names(link, rows)]
