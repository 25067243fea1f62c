"""What the learner looks at: scenes (states with an index by place), and steps between them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd

from sandbox.data.records import Transition
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

    def called(self, name: Value) -> Thing | None:
        """The thing with this identifier, if there is one and only one."""
        return self.names.get(name) if isinstance(name, str | int) else None

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


def build(transitions: Sequence[Transition]) -> tuple[Shape, list[Step]]:
    """The shape of the data, and its steps."""
    states = [state for t in transitions for state in (t.state, t.next_state)]
    place = find_place(states)
    scenes = Scenes(place)
    drafts = [(t, scenes.of(t.state), scenes.of(t.next_state)) for t in transitions]
    every = [scene for _, before, after in drafts for scene in (before, after)]
    types: dict[str, set[str]] = {}
    for scene in every:
        for thing in scene.things:
            types.setdefault(thing.type, set()).update(thing.attrs)
    singles = tuple(kind for kind in sorted(types) if all(len(scene.of.get(kind, ())) == 1 for scene in every))
    matches = [match(before, after) for _, before, after in drafts]
    actor = _find_actor(singles, transitions, matches)
    named = {kind: tuple(sorted(names)) for kind, names in sorted(types.items())}
    names = _identifiers(transitions, every, matches, place or ())
    for scene in every:
        if names and not scene.names:
            scene.names.update(_called(scene, names))
    shape = Shape(
        place,
        singles,
        actor,
        named,
        _span(every),
        _unit(every),
        names,
        frozenset(_changing(matches)),
        _adrift(every, place),
    )
    steps = []
    for number, ((t, before, after), (pairs, created)) in enumerate(zip(drafts, matches, strict=True)):
        middle = after
        old = before.single(actor) if actor else None
        if old is not None and after.single(old.type) is not old:
            middle = scene_of([old, *(thing for thing in after.things if thing.type != actor)])
        steps.append(Step(number, before, after, middle, t.action, t.reward, t.done, t.goal, pairs, created))
    return shape, steps


def _span(scenes: Iterable[Scene]) -> tuple[Point, Point]:
    points = {point for scene in scenes for point in scene.at} or {(0, 0)}
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys)), (max(xs), max(ys))


def _adrift(scenes: Iterable[Scene], place: tuple[str, str] | None) -> bool:
    return place is not None and any(
        thing.pos is None and place[0] in thing.attrs for scene in scenes for thing in scene.things
    )


def _unit(scenes: Iterable[Scene]) -> Point:
    """The greatest distance that divides all others, along each axis."""
    points = sorted({point for scene in scenes for point in scene.at})
    if not points:
        return (1, 1)
    return (gcd(*(x - points[0][0] for x, _ in points)) or 1, gcd(*(y - points[0][1] for _, y in points)) or 1)


def _identifiers(
    transitions: Sequence[Transition], scenes: Sequence[Scene], matches: Sequence["Match"], place: Sequence[str]
) -> dict[str, str]:
    """By type, the attribute that tells its things apart in every state, never changes, and is referred to."""
    different = list({id(scene): scene for scene in scenes}.values())
    values: dict[tuple[str, str], set[Value]] = {}
    spoken: dict[tuple[str, str], set[Value]] = {}
    common = _changing(matches)
    for scene in different:
        for kind, things in scene.of.items():
            for name in things[0].attrs:
                own = [thing.attrs.get(name) for thing in things]
                words = {value for value in own if type(value) is str}
                spoken.setdefault((kind, name), set()).update(words)
                if len(words) == len(own) and name not in place:
                    values.setdefault((kind, name), set()).update(words)
                else:
                    common.add((kind, name))
    spoken["", ""] = {arg for t in transitions for arg in t.action.args if type(arg) is str}
    found: dict[str, str] = {}
    for (kind, name), own_words in sorted(values.items()):
        if (kind, name) not in common and kind not in found:
            others = (told for key, told in spoken.items() if key[1] != name and (key not in values or key in common))
            if any(own_words & told for told in others):
                found[kind] = name
    return found


def _changing(matches: Sequence["Match"]) -> set[tuple[str, str]]:
    """The attributes, by type, that were seen to change."""
    return {
        (old.type, name)
        for pairs, _ in matches
        for old, new in pairs
        if new is not None and new is not old
        for name in old.attrs
        if old.attrs[name] != new.attrs.get(name)
    }


def _called(scene: Scene, names: Mapping[str, str]) -> dict[Value, Thing | None]:
    table: dict[Value, Thing | None] = {}
    for kind, attr in names.items():
        for thing in scene.of.get(kind, ()):
            value = thing.attrs.get(attr)
            table[value] = None if value in table else thing
    return table


Match = tuple[list[tuple[Thing, Thing | None]], list[Thing]]


def match(before: Scene, after: Scene) -> Match:
    """Which thing became which: equal ones first, then the likeliest of the same type, nearest first."""
    pairs: list[tuple[Thing, Thing | None]] = []
    created: list[Thing] = []
    for kind in sorted(set(before.of) | set(after.of)):
        left: dict[int, list[Thing]] = {}
        for thing in after.of.get(kind, ()):
            left.setdefault(thing.digest, []).append(thing)
        olds = []
        for thing in before.of.get(kind, ()):
            if left.get(thing.digest):
                pairs.append((thing, left[thing.digest].pop()))
            else:
                olds.append(thing)
        news = [thing for things in left.values() for thing in things]
        if not olds and not news:
            continue
        single = len(before.of.get(kind, ())) == len(after.of.get(kind, ())) == 1
        prices = sorted((_price(old, new), i, j) for i, old in enumerate(olds) for j, new in enumerate(news))
        taken_old: set[int] = set()
        taken_new: set[int] = set()
        for price, i, j in prices:
            if i in taken_old or j in taken_new or (price > _TOO_FAR and not single):
                continue
            taken_old.add(i)
            taken_new.add(j)
            pairs.append((olds[i], news[j]))
        pairs.extend((old, None) for i, old in enumerate(olds) if i not in taken_old)
        created.extend(new for j, new in enumerate(news) if j not in taken_new)
    return pairs, created


_TOO_FAR = 8.0


def _price(old: Thing, new: Thing) -> float:
    """What it costs to believe that ``old`` became ``new``: distance, and a price for each changed attribute."""
    price = 0.0
    placed: set[str] = set()
    if old.pos is not None and new.pos is not None:
        far = abs(old.pos[0] - new.pos[0]) + abs(old.pos[1] - new.pos[1])
        price += min(far, 4) * 1.0 + (6.0 if far > 4 else 0.0)
    elif (old.pos is None) != (new.pos is None):
        price += 3.0
    for name in sorted(set(old.attrs) | set(new.attrs)):
        if name in placed:
            continue
        a, b = old.attrs.get(name), new.attrs.get(name)
        if type(a) is type(b) and a == b:
            continue
        if old.pos is not None and type(a) is int and type(b) is int:
            price += 0.5  # a coordinate, or a number: cheap, since the distance was paid for
        else:
            price += 2.0
    return price


def _find_actor(singles: Sequence[str], transitions: Sequence[Transition], matches: Sequence[Match]) -> str | None:
    """The single that changes in most steps (a change of place counts double) and most as the action says."""
    votes = dict.fromkeys(singles, 0)
    fates: dict[str, dict[str, Counter[str]]] = {kind: {} for kind in singles}
    for transition, (pairs, _) in zip(transitions, matches, strict=True):
        for old, new in pairs:
            if new is None or old.type not in votes:
                continue
            if old.digest != new.digest:
                votes[old.type] += 2 if old.pos != new.pos else 1
            by_action = fates[old.type].setdefault(repr(transition.action), Counter())
            by_action[_fate(old, new)] += 1

    def merit(kind: str) -> float:
        rows = sum(counts.total() for counts in fates[kind].values())
        known = sum(max(counts.values()) for counts in fates[kind].values())
        blind = max(sum(fates[kind].values(), Counter[str]()).values(), default=0)
        return votes[kind] * (0.2 + (known - blind) / max(1, rows))

    best = max(singles, key=lambda kind: (merit(kind), kind), default=None)
    return best if best is not None and votes[best] else None


def _fate(old: Thing, new: Thing) -> str:
    """How a thing changed, in short."""
    if old.pos is not None and new.pos is not None and old.pos != new.pos:
        return f"moved {new.pos[0] - old.pos[0]} {new.pos[1] - old.pos[1]}"
    return " ".join(name for name in sorted(old.attrs) if old.attrs[name] != new.attrs.get(name))
