"""From transitions to the shape of their world and its steps."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import gcd

from sandbox.data.records import Transition
from sandbox.runtime.values import Value
from synth_server.inductive.album import Album
from synth_server.inductive.facts import lasting_names
from synth_server.inductive.matching import Match, fixed_types, reread
from synth_server.inductive.scene import Point, Scene, Shape, Step, Thing, find_place


def build(transitions: Sequence[Transition], album: Album | None = None) -> tuple[Shape, list[Step]]:
    """The shape of the data, and its steps; ``album`` spares what was made for other data of the world."""
    album = album if album is not None else Album()
    states = {state.fingerprint(): state for t in transitions for state in (t.state, t.next_state)}
    place = find_place(states.values())
    album.open(place)
    drafts = [(t, album.scene(t.state), album.scene(t.next_state)) for t in transitions]
    every = [scene for _, before, after in drafts for scene in (before, after)]
    types: dict[str, set[str]] = {}
    for scene in every:
        for thing in scene.things:
            types.setdefault(thing.type, set()).update(thing.attrs)
    singles = tuple(kind for kind in sorted(types) if all(len(scene.of.get(kind, ())) == 1 for scene in every))
    fixed, unit = fixed_types(types, ((before, after) for _, before, after in drafts)), _unit(every)
    lasting = lasting_names(types, [(before, after) for _, before, after in drafts])
    facts = frozenset(kind for kind, name in lasting.items() if name is None)
    matches = reread([album.match(before, after, unit, fixed, lasting) for _, before, after in drafts])
    actor = _find_actor(singles, transitions, matches)
    named = {kind: tuple(sorted(names)) for kind, names in sorted(types.items())}
    names = _identifiers(transitions, every, matches, place or (), facts)
    if album.renamed(names):
        return build(transitions, album)
    for scene in every:
        if names and not scene.names:
            scene.names.update(_called(scene, names))
    shape = Shape(
        place,
        singles,
        actor,
        named,
        _span(every),
        unit,
        names,
        frozenset(_changing(matches)),
        _adrift(every, place),
    )
    steps = []
    for number, ((t, before, after), (pairs, created)) in enumerate(zip(drafts, matches, strict=True)):
        middle = album.middle(before, after, actor)
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
    transitions: Sequence[Transition],
    scenes: Sequence[Scene],
    matches: Sequence[Match],
    place: Sequence[str],
    facts: frozenset[str],
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
    offered = (action for t in transitions for action in (t.action, *(t.available or ())))
    spoken["", ""] = {arg for action in offered for arg in action.args if type(arg) is str}
    stable = {key: own for key, own in values.items() if key not in common}
    found: dict[str, str] = {}
    for (kind, name), own_words in sorted(values.items()):
        if (kind, name) not in common and kind not in found and kind not in facts:
            if any(own_words < told for told in stable.values()):
                continue  # what refers to things is none of their names
            others = (told for key, told in spoken.items() if key[1] != name and (key not in values or key in common))
            if any(own_words & told for told in others):
                found[kind] = name
    return found


def _changing(matches: Sequence[Match]) -> set[tuple[str, str]]:
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
        return votes[kind] * (0.05 + (known - blind) / max(1, rows))

    best = max(singles, key=lambda kind: (merit(kind), kind), default=None)
    return best if best is not None and votes[best] else None


def _fate(old: Thing, new: Thing) -> str:
    """How a thing changed, in short."""
    if old.pos is not None and new.pos is not None and old.pos != new.pos:
        x, y = new.pos[0] - old.pos[0], new.pos[1] - old.pos[1]
        return f"moved {(x > 0) - (x < 0)} {(y > 0) - (y < 0)}"
    return " ".join(name for name in sorted(old.attrs) if old.attrs[name] != new.attrs.get(name))
