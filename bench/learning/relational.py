"""Random relational worlds: action schemas with arguments, conditional effects and a counter, from a seed.

Worlds are well formed: drawn anew until random play shows everything that their rules say (:func:`draw`).
"""

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bench.learning.games import Outcome, Rules, RulesEnvironment
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import Object, State

TYPES = ("Alpha", "Beta", "Gamma")
COUNTER_TOP = 6
PLAYED = 1500  # random steps that must show everything that a world's rules say
SHOWN = 4  # of these, at least so many each


@dataclass(frozen=True)
class Test:
    """An attribute of an argument (or of the agent: -1) has a value, or a least one; or equals an argument's name."""

    arg: int
    attr: str
    value: object = None
    other: int | None = None
    least: int = 0

    def nearly(self, agent: Object) -> bool:
        """Whether it lacks by little: a number that is too small, by one."""
        return not self.least or bool(agent[self.attr] == self.least - 1)

    def holds(self, things: list[Object], agent: Object) -> bool:
        """Whether it holds for these arguments."""
        value = (agent if self.arg < 0 else things[self.arg])[self.attr]
        if self.least:
            return bool(value >= self.least)
        return bool(value == (self.value if self.other is None else things[self.other].name))


@dataclass(frozen=True)
class Change:
    """An attribute of an argument (or of the agent) becomes a value, another's name, or differs by ``amount``."""

    arg: int
    attr: str
    value: object = None
    other: int | None = None
    amount: int = 0

    def result(self, things: list[Object], agent: Object) -> tuple[Any, Any]:
        """What is there, and what comes."""
        now = (agent if self.arg < 0 else things[self.arg])[self.attr]
        if self.amount:
            return now, max(0, min(COUNTER_TOP, now + self.amount))
        return now, self.value if self.other is None else things[self.other].name

    def shows(self, things: list[Object], agent: Object) -> bool:
        """Whether it would change anything."""
        now, then = self.result(things, agent)
        return bool(now != then)


@dataclass(frozen=True)
class Schema:
    """An action: argument types, what it needs, what it does, and what it does besides when a condition holds."""

    name: str
    args: tuple[str, ...]
    needs: tuple[Test, ...]
    does: tuple[Change, ...]
    condition: Test | None = None
    then: Change | None = None

    def lessons(self) -> list[str]:
        """All that rows can show of it."""
        told = [f"needs {number}" for number in range(len(self.needs))]
        told += [f"does {number}" for number in range(len(self.does))]
        told += [f"just enough {number}" for number, test in enumerate(self.needs) if test.least]
        return told + (["besides", "not besides"] if self.condition is not None else [])

    def lesson(self, things: list[Object], agent: Object) -> list[str]:
        """What a row with these arguments shows of it; nothing where several things lack, or nothing would change.

        And what all was like when a change came: each of these may be why, until it comes without.
        """
        lacking = [number for number, test in enumerate(self.needs) if not test.holds(things, agent)]
        told = [f"does {number}" for number, change in enumerate(self.does) if change.shows(things, agent)]
        if lacking:
            alone = len(lacking) == 1 and told and self.needs[lacking[0]].nearly(agent)
            told = [f"needs {lacking[0]}"] if alone else []
        else:
            told += [f"just enough {n}" for n, test in enumerate(self.needs) if told and agent.power == test.least > 0]
            if self.condition is not None and self.then is not None and self.then.shows(things, agent):
                told.append("besides" if self.condition.holds(things, agent) else "not besides")
        looks = [look for i, thing in enumerate([*things, agent]) for look in _looks(i, thing)]
        open_to = [one for one in told if one.startswith(("does", "besides"))]
        return [*told, *(f"{one} with {look}" for one in open_to for look in looks)]


def _looks(number: int, thing: Object) -> list[str]:
    """What a thing is like, as far as conditions may ask for it: flags and modes, no link, a number by thirds."""
    told = {name: thing[name] for name in thing if name != "name" and (name != "on" or thing[name] is None)}
    return [f"{number}.{name} {value // 3 if name == 'power' else value}" for name, value in told.items()]


@dataclass(frozen=True)
class World:
    """Schemas, and how many things of each type there are."""

    schemas: tuple[Schema, ...]
    counts: tuple[int, ...]

    def begin(self, rng: random.Random) -> State:
        """A start."""
        names = {kind: [f"{kind.lower()}{i}" for i in range(n)] for kind, n in zip(TYPES, self.counts, strict=True)}
        things = [
            Object(
                kind,
                name=name,
                lit=rng.random() < 0.5,
                worn=rng.random() < 0.5,
                mode=rng.choice(["cold", "warm", "hot"]),
                on=rng.choice([None, *names[TYPES[(TYPES.index(kind) + 1) % 3]]]),
            )
            for kind in TYPES
            for name in names[kind]
        ]
        return State([*things, Object("Agent", power=rng.randrange(COUNTER_TOP + 1), busy=rng.random() < 0.5)])

    def named(self, state: State, action: Action) -> tuple[Schema, list[Object], Object]:
        """An action's schema and arguments, and the agent."""
        schema = next(schema for schema in self.schemas if schema.name == action.name)
        return schema, [state.where(name=name)[0] for name in action.args], state.of("Agent")[0]

    def step(self, state: State, action: Action) -> Outcome:
        """What an action does to a state of its own."""
        schema, things, agent = self.named(state, action)
        if not all(test.holds(things, agent) for test in schema.needs):
            return state, 0.0, False
        changes = list(schema.does)
        if schema.condition is not None and schema.then is not None and schema.condition.holds(things, agent):
            changes.append(schema.then)
        for change in changes:
            (agent if change.arg < 0 else things[change.arg])[change.attr] = change.result(things, agent)[1]
        return state, 0.0, False

    def actions(self, state: State) -> list[Action]:
        """What may be done."""
        found = []
        for schema in self.schemas:
            tuples: list[tuple[str, ...]] = [()]
            for kind in schema.args:
                tuples = [(*done, thing.name) for done in tuples for thing in state.of(kind)]
            found += [Action(schema.name, list(names)) for names in tuples]
        return sorted(found, key=repr)

    def rules(self) -> Rules:
        """The world as rules to play by."""
        return Rules(self.begin, self.step, self.actions, length=10)


def environment(seed: int) -> RulesEnvironment:
    """The world of a seed, for an explorer."""
    drawn = draw(seed)
    actions = [
        ActionSchema(s.name, tuple(Argument(type=kind, attribute="name") for kind in s.args)) for s in drawn.schemas
    ]
    return RulesEnvironment(drawn.rules(), f"relational-{seed}", actions)


def world(seed: int) -> Rules:
    """The world of a seed, as rules."""
    return draw(seed).rules()


def draw(seed: int) -> World:
    """The world of a seed: 6 to 10 schemas over three types with flags, a mode, links, and an agent that counts.

    What random play does not show of a schema has it drawn anew; so has a counter that nothing changes or asks for.
    """
    rng = random.Random(f"relational {seed}")
    counts = tuple(rng.randrange(2, 4) for _ in TYPES)
    schemas = [_schema(rng, number) for number in range(rng.randrange(6, 11))]
    while True:
        drawn = World(tuple(schemas), counts)
        odd = _ill_formed(drawn, rng)
        if not odd:
            return drawn
        for number in odd:
            schemas[number] = _schema(rng, number)


def _ill_formed(drawn: World, rng: random.Random) -> list[int]:
    """The schemas of which random play does not show everything; any one, where the counter does not matter."""
    seen: Counter[tuple[str, str]] = Counter()
    state = drawn.begin(rng)
    for number in range(PLAYED):
        state = drawn.begin(rng) if number % 10 == 0 else state
        action = rng.choice(drawn.actions(state))
        schema, things, agent = drawn.named(state, action)
        seen.update((schema.name, lesson) for lesson in schema.lesson(things, agent))
        state = drawn.step(state, action)[0]
    odd = [
        number
        for number, schema in enumerate(drawn.schemas)
        if any(seen[schema.name, lesson] < SHOWN for lesson in schema.lessons())
    ]
    asked = any(test.least for schema in drawn.schemas for test in schema.needs)
    counted = any(change.amount for schema in drawn.schemas for change in schema.does)
    return odd or ([] if asked and counted else [rng.randrange(len(drawn.schemas))])


def _schema(rng: random.Random, number: int) -> Schema:
    args = tuple(rng.choice(TYPES) for _ in range(rng.choice([1, 1, 2])))
    if len(args) == 2:
        args = (args[0], TYPES[(TYPES.index(args[0]) + 1) % 3])
    needs = {(test.arg, test.attr): test for test in (_test(rng, args) for _ in range(rng.choice([1, 1, 2])))}
    does: dict[tuple[int, str], Change] = {}
    while not does:  # what an action needs is no effect of it
        drawn = [_change(rng, args) for _ in range(rng.randrange(1, 3))]
        does = {(c.arg, c.attr): c for c in drawn if not _is_needed(c, needs.get((c.arg, c.attr)))}
    conditional = rng.random() < 0.4
    condition = _test(rng, args) if conditional else None
    then = _change(rng, args) if conditional else None
    if then is not None and (then.arg, then.attr) in does:
        condition = then = None
    least = rng.choice([0, 0, 0, 1, 2])
    asks = tuple(needs.values()) + ((Test(-1, "power", least=least),) if least else ())
    return Schema(f"act{number}", args, asks, tuple(does.values()), condition, then)


def _is_needed(change: Change, test: Test | None) -> bool:
    return test is not None and not change.amount and (test.value, test.other) == (change.value, change.other)


def _test(rng: random.Random, args: tuple[str, ...]) -> Test:
    arg = rng.randrange(-1, len(args))
    if arg < 0:
        return Test(-1, "busy", rng.random() < 0.5)
    if arg == 0 and len(args) == 2 and rng.random() < 0.3:
        return Test(0, "on", other=1)
    attr = rng.choice(["lit", "worn", "mode"])
    return Test(arg, attr, rng.choice(["cold", "warm", "hot"]) if attr == "mode" else rng.random() < 0.5)


def _change(rng: random.Random, args: tuple[str, ...]) -> Change:
    arg = rng.randrange(-1, len(args))
    if arg < 0:
        if rng.random() < 0.7:
            return Change(-1, "power", amount=rng.choice([-2, -1, 1, 2]))
        return Change(-1, "busy", rng.random() < 0.5)
    if arg == 0 and len(args) == 2 and rng.random() < 0.4:
        return Change(0, "on", other=1)
    attr = rng.choice(["lit", "worn", "mode"])
    return Change(arg, attr, rng.choice(["cold", "warm", "hot"]) if attr == "mode" else rng.random() < 0.5)
