"""The language of rewards: features of a step that look at the state it led to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.runtime.values import FrozenMap, Value
from synth_server.inductive.features import ActionName, Content, Feature, Token
from synth_server.inductive.forms import Hearing
from synth_server.inductive.frames import Frame
from synth_server.inductive.lifted import lifted_features, names_others
from synth_server.inductive.refs import Place, Row, View
from synth_server.inductive.scene import Scene, Shape, Step, Thing
from synth_server.inductive.targets import SPECIAL


@dataclass(frozen=True)
class Together:
    """Things of two types at one place after the step: ``some``, ``all`` of the first, and changes of the count."""

    first: str
    second: str
    single: bool

    def count(self, scene: Scene) -> tuple[int, int]:
        """How many of the first type share a place with one of the second, and how many there are."""
        firsts = scene.of.get(self.first, ())
        met = 0
        for thing in firsts:
            if thing.pos is not None:
                met += any(t.type == self.second and t is not thing for t in scene.at[thing.pos])
        return met, len(firsts)

    def tokens(self, row: Row) -> Iterator[Token]:
        was, _ = self.count(row.step.before)
        now, there = self.count(row.step.after)
        if now:
            yield ("some",)
        if now and now == there and not self.single:
            yield ("all",)
        if now != was:
            yield ("more",) if now > was else ("fewer",)

    def cost(self, token: Token, positive: bool) -> float:
        return {("some",): 1.0, ("all",): 1.1, ("more",): 1.3, ("fewer",): 1.3}[token]  # type: ignore[index]


@dataclass(frozen=True)
class Having:
    """Things of a type whose attribute has a value after the step: ``some``, ``all``, and changes of the count.

    ``links``: the attribute names other things, and which one is special. ``dear`` where goals name things, since
    these should tell more than what records happen to hold.
    """

    kind: str
    attr: str
    entry: str | None
    single: bool
    links: bool = False
    dear: float = 0.0

    def values(self, scene: Scene) -> list[Token]:
        """The attribute's values in a scene, one for each thing."""
        things = scene.of.get(self.kind, ())
        return [_symbol(thing.attrs[self.attr], self.entry) for thing in things if self.attr in thing.attrs]

    def tokens(self, row: Row) -> Iterator[Token]:
        was, now = self.values(row.step.before), self.values(row.step.after)
        for value in dict.fromkeys(now):
            if value is None:
                continue
            yield ("some", value)
            if not self.single and now.count(value) == len(now):
                yield ("all", value)
        for value in dict.fromkeys(was + now):
            if value is not None and was.count(value) != now.count(value):
                yield ("more" if now.count(value) > was.count(value) else "fewer", value)

    def cost(self, token: Token, positive: bool) -> float:
        assert isinstance(token, tuple)
        named = self.links and isinstance(token[1], tuple) and token[1][:2] == ("is", "str")
        return {"some": 1.8, "all": 1.9, "more": 2.0, "fewer": 2.0}[token[0]] + (SPECIAL if named else 0.0) + self.dear


def _symbol(value: Value, entry: str | None) -> Token:
    if entry is not None:
        return _symbol(value[entry], None) if isinstance(value, FrozenMap) and entry in value else None
    if value is None:
        return ("null",)
    if isinstance(value, FrozenMap | tuple):
        return ("record",)
    return ("is", type(value).__name__, value)


@dataclass(frozen=True)
class Left:
    """How many things of a type are left after the step: none, or more or fewer than before.

    ``dear`` where goals name things, since these may be of any type.
    """

    kind: str
    dear: float = 0.0

    def tokens(self, row: Row) -> Iterator[Token]:
        was, now = len(row.step.before.of.get(self.kind, ())), len(row.step.after.of.get(self.kind, ()))
        if not now:
            yield ("none",)
        if now != was:
            yield ("more",) if now > was else ("fewer",)

    def cost(self, token: Token, positive: bool) -> float:
        return 1.6 + self.dear


@dataclass(frozen=True)
class Facing:
    """What the actor has ahead of it after the step."""

    shape: Shape
    frame: Frame

    def tokens(self, row: Row) -> Iterator[Token]:
        actor = row.step.after.single(self.shape.actor or "")
        if actor is None or actor.pos is None:
            return
        way = self.frame.vector(self.shape, row.step.after, row.step.action)
        if way is None:
            return
        for thing in row.step.after.at.get((actor.pos[0] + way[0], actor.pos[1] + way[1]), ()):
            yield (thing.type,)

    def cost(self, token: Token, positive: bool) -> float:
        return 2.4


@dataclass(frozen=True)
class GoalIs:
    """The goal's text; dear where goals name things, which should tell more of them than their text."""

    dear: float = 0.0

    def tokens(self, row: Row) -> Iterator[Token]:
        yield row.step.goal

    def cost(self, token: Token, positive: bool) -> float:
        return self.dear + (1.5 if positive else 3.5)  # to be any goal but one says little


def goal_features(view: View, rows: Sequence[Row], hearing: Hearing) -> list[Feature]:
    """All features that rules about reward and end may use; ``hearing`` tells what goals name."""
    shape, frame = view.shape, view.frame
    found: list[Feature] = []
    kinds = sorted(shape.types)
    placed = sorted({t.type for row in rows for t in row.step.after.things if t.pos is not None})
    moving = {old.type for row in rows for old, new in row.step.pairs if new is not None and new.pos != old.pos}
    born = {thing.type for row in rows for thing in row.step.created}
    for first in placed:
        if first in moving or first in born:
            seconds = (kind for kind in placed if kind != first and (kind != shape.actor or first == shape.actor))
            found += [Together(first, second, first in shape.singles) for second in seconds]
    changing = _changing(rows)
    dear = 2.0 if hearing.most else 0.0
    for kind in kinds:
        for name in shape.types[kind]:
            if (kind, name) not in changing or (shape.place and name in shape.place):
                continue
            linked = bool(shape.names) and names_others(rows, name)
            found.append(Having(kind, name, None, kind in shape.singles, linked))
            entries = {
                entry
                for row in rows
                for t in row.step.after.of.get(kind, ())
                if isinstance(t.attrs.get(name), FrozenMap)
                for entry in t.attrs[name]
            }
            found += [Having(kind, name, entry, kind in shape.singles, dear=dear) for entry in sorted(entries)]
    found += [Left(kind, dear) for kind in kinds if kind not in shape.singles]
    if frame.source == "attr":
        found.append(Facing(shape, frame))
    if view.actor is not None and shape.place is not None:
        spots = [Place(view.actor)] + ([Place(view.actor, 1)] if frame.table else [])
        found += [Content(spot, shape, dear=1.0) for spot in spots]
    found.append(ActionName(dear=1.0 if hearing.forms else 0.0))
    if len({row.step.goal for row in rows}) > 1:
        found.append(GoalIs(dear=1.0 if hearing.most else 0.0))
    return found + lifted_features(view, hearing, rows, changing)


def _changing(rows: Sequence[Row]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for row in rows:
        for old, new in row.step.pairs:
            if new is not None and new.digest != old.digest:
                found.update((old.type, name) for name in new.attrs if new.attrs[name] != old.attrs.get(name))
    return found


def still(shape: Shape, scene: Scene, step: Step, goal: str) -> Row:
    """A row in which a scene stays as it is: what holds of an initial state."""
    pairs: list[tuple[Thing, Thing | None]] = [(thing, thing) for thing in scene.things]
    frozen = Step(-1, scene, scene, scene, step.action, 0.0, False, goal, pairs, ())
    return Row(frozen, None, None, scene.single(shape.actor or ""), None)
