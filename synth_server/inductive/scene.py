"""What the learner looks at: scenes (states with an index by place), and steps between them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State, attributes, digest
from sandbox.runtime.values import Value

Point = tuple[int, int]


@dataclass(frozen=True, eq=False, slots=True)
class Thing:
    """One object of a scene; ``pos`` is None where the world has no places or the object is nowhere."""

    type: str
    attrs: Mapping[str, Value]
    pos: Point | None
    digest: int


@dataclass(frozen=True, eq=False)
class Scene:
    """A state, indexed by type and by place."""

    things: Sequence[Thing]
    of: Mapping[str, Sequence[Thing]]
    at: Mapping[Point, Sequence[Thing]]
    names: dict[Value, Thing | None] = field(default_factory=dict)  # things by identifier, filled when known
    _keyed: dict[tuple[str, str], dict[tuple[type, Value], list[Thing]]] = field(default_factory=dict)

    def called(self, name: Value) -> Thing | None:
        """The thing with this identifier, if there is one and only one."""
        return self.names.get(name) if isinstance(name, str | int) else None

    def having(self, kind: str, attr: str, value: Value) -> Sequence[Thing]:
        """The things of a type with this value."""
        table = self._keyed.get((kind, attr))
        if table is None:
            table = self._keyed[kind, attr] = {}
            for thing in self.of.get(kind, ()):
                if attr in thing.attrs:
                    table.setdefault((type(thing.attrs[attr]), thing.attrs[attr]), []).append(thing)
        return table.get((type(value), value), ())

    def single(self, kind: str) -> Thing | None:
        """The only thing of a type, else None."""
        found = self.of.get(kind, ())
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, eq=False)
class Step:
    """A transition, told by things: each thing before with what became of it, and what came into being.

    ``middle`` is the scene after all changes but the actor's: what the actor meets.
    """

    number: int
    before: Scene
    after: Scene
    middle: Scene
    action: Action
    reward: float
    done: bool
    goal: str
    pairs: Sequence[tuple[Thing, Thing | None]]
    created: Sequence[Thing]

    def matches(self, other: "Step") -> bool:
        """Whether of two readings of a row it is the same that became the same."""
        pairs = ([(old.digest, new and new.digest) for old, new in step.pairs] for step in (self, other))
        return self.pairs is other.pairs or next(pairs) == next(pairs)


@dataclass(frozen=True, eq=False)
class Shape:
    """What was found out about a world's data as a whole.

    ``place`` names the two attributes that say where an object is, ``singles`` the types with one instance
    always, ``actor`` the single that changes most.
    """

    place: tuple[str, str] | None
    singles: tuple[str, ...]
    actor: str | None
    types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    span: tuple[Point, Point] = ((0, 0), (0, 0))  # the least and the greatest coordinates of all that was seen
    unit: Point = (1, 1)  # how far apart neighbouring places are
    names: Mapping[str, str] = field(default_factory=dict)  # by type, the attribute that identifies its things
    fickle: frozenset[tuple[str, str]] = frozenset()  # the attributes, by type, that were seen to change
    adrift: bool = False  # whether things that have a place may be nowhere

    def may_mean(self, kind: str) -> bool:
        """Whether goals may name things of a type: where things have names and no places, not those without a name."""
        return self.place is not None or not self.names or kind in self.names or kind in self.singles

    def outside(self, point: Point) -> bool:
        """Whether a point lies where nothing was ever seen to be."""
        low, high = self.span
        return not (low[0] <= point[0] <= high[0] and low[1] <= point[1] <= high[1])


def scene_of(things: Iterable[Thing]) -> Scene:
    """A scene of these things."""
    kept = list(things)
    of: dict[str, list[Thing]] = {}
    at: dict[Point, list[Thing]] = {}
    for thing in kept:
        of.setdefault(thing.type, []).append(thing)
        if thing.pos is not None:
            at.setdefault(thing.pos, []).append(thing)
    return Scene(kept, of, at)


class Scenes:
    """Scenes by state, each made once."""

    def __init__(self, place: tuple[str, str] | None) -> None:
        self._place = place
        self._known: dict[tuple[int, ...], Scene] = {}
        self._things: dict[int, Thing] = {}

    def of(self, state: State) -> Scene:
        """The scene of a state, the same for equal states."""
        key = state.key()
        scene = self._known.get(key)
        if scene is None:
            scene = self._known[key] = scene_of(self._fresh(state))
        return scene

    def _fresh(self, state: State) -> Iterator[Thing]:
        seen: dict[int, int] = {}

        def rank(obj: Object) -> tuple[bool, Point, int]:
            point = _point(attributes(obj), self._place)
            return (point is None, point or (0, 0), digest(obj))

        for obj in sorted(state, key=rank):
            mark = digest(obj)
            attrs = attributes(obj)
            twin = seen[mark] = seen.get(mark, 0) + 1
            thing = self._things.get(mark) if twin == 1 else None
            if thing is None:
                thing = Thing(obj.type, dict(attrs), _point(attrs, self._place), mark)
                if twin == 1:
                    self._things[mark] = thing
            yield thing


def _point(attrs: Mapping[str, Value], place: tuple[str, str] | None) -> Point | None:
    if place is None:
        return None
    x, y = attrs.get(place[0]), attrs.get(place[1])
    return (x, y) if type(x) is int and type(y) is int else None


def find_place(states: Iterable[State]) -> tuple[str, str] | None:
    """The two integer attributes that most objects share and that tell objects of a type apart, if any.

    Which of the two comes first carries no meaning; they are ordered by how they vary, then by name.
    """
    carriers: dict[tuple[str, str], set[str]] = {}
    values: dict[str, set[int]] = {}
    crowded: set[str] = set()
    seen: set[int] = set()
    for state in states:
        here: set[str] = set()
        for obj in state:
            if obj.type in here:
                crowded.add(obj.type)
            here.add(obj.type)
            if digest(obj) in seen:
                continue
            seen.add(digest(obj))
            numbers = [name for name, value in attributes(obj).items() if type(value) is int]
            for name in numbers:
                values.setdefault(name, set()).add(obj[name])
            for a in numbers:
                for b in numbers:
                    if a < b:
                        carriers.setdefault((a, b), set()).add(obj.type)
    varied = {
        pair: kinds
        for pair, kinds in carriers.items()
        if any(len(values[name]) > 1 for name in pair) and (len(kinds) > 1 or kinds & crowded)
    }
    if not varied:
        return None

    def rank(pair: tuple[str, str]) -> tuple[int, int]:
        return (len(varied[pair]), min(len(values[pair[0]]), len(values[pair[1]])))

    return max(sorted(varied), key=rank)
