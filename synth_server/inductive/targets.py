"""Features of a step that look at what the goal names: lifted rules about reward are made of these."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.runtime.values import Value, same
from synth_server.inductive.features import Feature, Token
from synth_server.inductive.forms import Hearing
from synth_server.inductive.frames import Frame
from synth_server.inductive.named_things import Target, record_fits
from synth_server.inductive.refs import Row
from synth_server.inductive.scene import Point, Scene, Shape, Thing

SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))
SPECIAL = 4.0  # the price of a certain thing's name
NOWHERE = 1.0  # the price of a reference to nothing
MOST_TOGETHER = 3  # things that one thing is to hold


@dataclass(frozen=True)
class Reached:
    """The actor is at such a thing after the step (``here``), faces it (``ahead``) or stands beside it (``beside``).

    ``met``: it was ahead of the actor before the step.
    """

    target: Target
    shape: Shape
    frame: Frame
    how: str

    def tokens(self, row: Row) -> Iterator[Token]:
        scene = row.step.before if self.how == "met" else row.step.after
        actor, mention = scene.single(self.shape.actor or ""), self.target.mention(row.step.goal)
        if actor is None or actor.pos is None or not mention:
            return
        for spot in self._spots(row, scene, actor.pos):
            if any(thing is not actor and self.target.memory.fits(thing, mention) for thing in scene.at.get(spot, ())):
                yield True
                return

    def _spots(self, row: Row, scene: Scene, at: Point) -> list[Point]:
        if self.how == "here":
            return [at]
        if self.how == "beside":
            return [(at[0] + dx * self.shape.unit[0], at[1] + dy * self.shape.unit[1]) for dx, dy in SIDES]
        way = self.frame.vector(self.shape, scene, row.step.action)
        return [(at[0] + way[0], at[1] + way[1])] if way else []

    def cost(self, token: Token, positive: bool) -> float:
        return _price({"here": 0.8, "ahead": 1.3, "met": 1.4, "beside": 1.7}[self.how], self.target, positive=positive)


@dataclass(frozen=True)
class Held:
    """An attribute of a single tells of such a thing after the step: by a record of it, or by its name."""

    target: Target
    shape: Shape
    kind: str
    attr: str

    def tokens(self, row: Row) -> Iterator[Token]:
        was, now = self._told(row, row.step.before), self._told(row, row.step.after)
        if now:
            yield ("some",)
        if now != was:
            yield ("more",) if now else ("fewer",)

    def _told(self, row: Row, scene: Scene) -> bool:
        holder, mention = scene.single(self.kind), self.target.mention(row.step.goal)
        value = holder.attrs.get(self.attr) if holder is not None else None
        thing = scene.called(value)
        return record_fits(value, mention) or (thing is not None and self.target.memory.fits(thing, mention))

    def cost(self, token: Token, positive: bool) -> float:
        return _price(1.2 if token == ("some",) else 1.6, self.target, positive=positive)


@dataclass(frozen=True)
class Has:
    """Such things with a value after the step: ``some``, ``all``, or more or fewer than before.

    ``links``: the attribute names other things; which one is special, and none tells little.
    """

    target: Target
    attr: str
    links: bool = False

    def tokens(self, row: Row) -> Iterator[Token]:
        was, now = self._values(row, row.step.before), self._values(row, row.step.after)
        for value in dict.fromkeys(now):
            yield ("some", value)
            if now.count(value) == len(now):
                yield ("all", value)
        for value in dict.fromkeys(was + now):
            if was.count(value) != now.count(value):
                yield ("more" if now.count(value) > was.count(value) else "fewer", value)

    def _values(self, row: Row, scene: Scene) -> list[tuple[str, Value]]:
        things = self.target.things(scene, row.step.goal)
        found = [thing.attrs[self.attr] for thing in things if self.attr in thing.attrs]
        return [(type(v).__name__, v) for v in found if v is None or isinstance(v, bool | int | str)]

    def cost(self, token: Token, positive: bool) -> float:
        assert isinstance(token, tuple)
        special = (SPECIAL if isinstance(token[1][1], str) else NOWHERE) if self.links else 0.0
        base = {"some": 1.5, "all": 2.2, "more": 1.7, "fewer": 1.8}[token[0]]
        return _price(base + special, self.target, positive=positive)


@dataclass(frozen=True)
class Near:
    """Such a thing and one that is named elsewhere in the goal, after the step: together, beside, or around.

    ``having``: a value that the first one has besides.
    """

    first: Target
    second: Target
    shape: Shape
    how: str
    having: tuple[str, Value] | None = None

    def tokens(self, row: Row) -> Iterator[Token]:
        goal, scene = row.step.goal, row.step.after
        if not self.second.mention(goal):
            return
        ones = [t for t in self.first.things(scene, goal) if t.pos is not None and _has(t, self.having)]
        others = [thing for thing in self.second.things(scene, goal) if thing.pos is not None] if ones else []
        if any(a is not b and self._close(a.pos, b.pos) for a in ones for b in others):
            yield True

    def _close(self, a: Point | None, b: Point | None) -> bool:
        assert a is not None
        assert b is not None
        dx, dy = abs(a[0] - b[0]) // self.shape.unit[0], abs(a[1] - b[1]) // self.shape.unit[1]
        return {"here": dx + dy == 0, "beside": dx + dy <= 1, "around": max(dx, dy) <= 1}[self.how]

    def cost(self, token: Token, positive: bool) -> float:
        base = {"here": 1.2, "beside": 1.5, "around": 1.6}[self.how] + (1.2 if self.having else 0.0)
        return _price(base, self.first, positive=positive)


@dataclass(frozen=True)
class Inside:
    """An attribute of such a thing names one that is named elsewhere in the goal, after the step.

    A number as token: of so many such things it names the same. ``having``: a value that the first ones have besides.
    """

    first: Target
    second: Target
    attr: str
    having: tuple[str, Value] | None = None

    def tokens(self, row: Row) -> Iterator[Token]:
        goal, scene = row.step.goal, row.step.after
        if not self.second.mention(goal):
            return
        count = Counter[Value]()
        for thing in self.first.things(scene, goal):
            other = scene.called(thing.attrs.get(self.attr)) if _has(thing, self.having) else None
            if other is not None and self.second.memory.fits(other, self.second.mention(goal)):
                count[thing.attrs[self.attr]] += 1
        most = max(count.values(), default=0)
        if most:
            yield True
        yield from range(2, min(most, MOST_TOGETHER) + 1)

    def cost(self, token: Token, positive: bool) -> float:
        more = 0.0 if token is True else 0.4 * int(str(token))
        return _price(1.3 + more + (1.2 if self.having else 0.0), self.first, positive=positive)


@dataclass(frozen=True)
class Shares:
    """A single and such a thing have the same value of an attribute after the step: both are in one room, say."""

    target: Target
    kind: str
    attr: str

    def tokens(self, row: Row) -> Iterator[Token]:
        scene = row.step.after
        holder = scene.single(self.kind)
        value = holder.attrs.get(self.attr) if holder is not None else None
        if tells_where(value) and any(
            thing is not holder and same(thing.attrs.get(self.attr), value)
            for thing in self.target.things(scene, row.step.goal)
        ):
            yield True

    def cost(self, token: Token, positive: bool) -> float:
        return _price(1.4, self.target, positive=positive)


def tells_where(value: Value) -> bool:
    """Whether to have this value in common may mean something: a word or a number, not just yes or no."""
    return isinstance(value, str | int) and not isinstance(value, bool)


@dataclass(frozen=True)
class There:
    """Whether there are such things after the step: some, none, more or fewer than before."""

    target: Target

    def tokens(self, row: Row) -> Iterator[Token]:
        if not self.target.mention(row.step.goal):
            return
        was = len(self.target.things(row.step.before, row.step.goal))
        now = len(self.target.things(row.step.after, row.step.goal))
        yield ("some",) if now else ("none",)
        if now != was:
            yield ("more",) if now > was else ("fewer",)

    def cost(self, token: Token, positive: bool) -> float:
        return _price(1.2 if token == ("some",) else 1.5, self.target, positive=positive)


@dataclass(frozen=True)
class ArgNames:
    """An argument of the action names such a thing."""

    target: Target
    index: int

    def tokens(self, row: Row) -> Iterator[Token]:
        args, mention = row.step.action.args, self.target.mention(row.step.goal)
        thing = row.step.before.called(args[self.index]) if self.index < len(args) else None
        if thing is not None and self.target.memory.fits(thing, mention):
            yield True

    def cost(self, token: Token, positive: bool) -> float:
        return _price(1.0, self.target, positive=positive)


@dataclass(frozen=True)
class Both:
    """Two literals about things that the goal names hold together."""

    first: Feature
    first_token: Token
    second: Feature
    second_token: Token

    def tokens(self, row: Row) -> Iterator[Token]:
        if self.first_token in self.first.tokens(row) and self.second_token in self.second.tokens(row):
            yield True

    def cost(self, token: Token, positive: bool) -> float:
        first, second = self.first.cost(self.first_token, positive), self.second.cost(self.second_token, positive)
        return first + 0.5 if self.first_token == self.second_token else first + second  # alike is said in few words


@dataclass(frozen=True)
class FormIs:
    """The goal's form; a token may also be one of some ``sets`` of forms."""

    hearing: Hearing
    sets: tuple[frozenset[int | None], ...] = ()

    def tokens(self, row: Row) -> Iterator[Token]:
        form = self.hearing.form(row.step.goal)
        yield form
        yield from (forms for forms in self.sets if form in forms)

    def cost(self, token: Token, positive: bool) -> float:
        return 1.2 if positive else 1.4


def _has(thing: Thing, having: tuple[str, Value] | None) -> bool:
    return having is None or (having[0] in thing.attrs and same(thing.attrs[having[0]], having[1]))


def mentions_of(feature: Feature) -> tuple[int, ...]:
    """The things of the goal, by number, that a feature looks at."""
    if isinstance(feature, Near | Inside):
        return feature.first.which + feature.second.which
    if isinstance(feature, Both):
        return mentions_of(feature.first) + mentions_of(feature.second)
    return feature.target.which if isinstance(feature, Reached | Held | Has | Shares | There | ArgNames) else ()


def _price(base: float, target: Target, *, positive: bool) -> float:
    """What is said of the first thing that a goal names is cheapest; what is not so is dearer than what is."""
    several, later = 0.1 * (len(target.which) - 1), 0.15 if target.which[0] else 0.0
    return base + several + later + (0.0 if positive else 0.8)


@dataclass(frozen=True)
class Under:
    """A feature under goals of some forms alone."""

    feature: Feature
    hearing: Hearing
    forms: frozenset[int | None]

    def tokens(self, row: Row) -> Iterator[Token]:
        if self.hearing.form(row.step.goal) in self.forms:
            yield from self.feature.tokens(row)

    def cost(self, token: Token, positive: bool) -> float:
        return self.feature.cost(token, positive)


def inner(feature: Feature) -> Feature:
    """A feature without the forms that it is looked at under."""
    return feature.feature if isinstance(feature, Under) else feature


LIFTED = (Reached, Held, Has, Shares, Near, Inside, There, ArgNames, Both)
