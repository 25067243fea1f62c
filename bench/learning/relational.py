"""Random relational worlds: action schemas with arguments, conditional effects and a counter, from a seed."""

import random
from dataclasses import dataclass

from bench.learning.games import Outcome, Rules, RulesEnvironment
from sandbox.runtime.actions import Action, ActionSchema, Argument
from sandbox.runtime.state import Object, State

TYPES = ("Alpha", "Beta", "Gamma")
COUNTER_TOP = 6


@dataclass(frozen=True)
class Test:
    """An attribute of an argument (or of the agent: -1) has a value; or, for links, equals another argument's name."""

    arg: int
    attr: str
    value: object = None
    other: int | None = None


@dataclass(frozen=True)
class Change:
    """An attribute of an argument (or of the agent) becomes a value, another's name, or differs by ``amount``."""

    arg: int
    attr: str
    value: object = None
    other: int | None = None
    amount: int = 0


@dataclass(frozen=True)
class Schema:
    """An action: argument types, what it needs, what it does, and what it does besides when a condition holds."""

    name: str
    args: tuple[str, ...]
    needs: tuple[Test, ...]
    least: int
    does: tuple[Change, ...]
    condition: Test | None
    then: Change | None


def environment(seed: int) -> RulesEnvironment:
    """The world of a seed, for an explorer."""
    schemas = _schemas(random.Random(f"relational {seed}"))
    actions = [ActionSchema(s.name, tuple(Argument(type=kind, attribute="name") for kind in s.args)) for s in schemas]
    return RulesEnvironment(world(seed), f"relational-{seed}", actions)


def world(seed: int) -> Rules:
    """The world of a seed: 6 to 10 schemas over three types with flags, a mode, links, and an agent that counts."""
    rng = random.Random(f"relational {seed}")
    schemas = _schemas(rng)
    counts = {kind: rng.randrange(2, 4) for kind in TYPES}

    def begin(rng: random.Random) -> State:
        names = {kind: [f"{kind.lower()}{i}" for i in range(counts[kind])] for kind in TYPES}
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

    def step(state: State, action: Action) -> Outcome:
        schema = next(schema for schema in schemas if schema.name == action.name)
        things = [state.where(name=name)[0] for name in action.args]
        agent = state.of("Agent")[0]
        if agent.power < schema.least or not all(_holds(test, things, agent) for test in schema.needs):
            return state, 0.0, False
        changes = list(schema.does)
        if schema.condition is not None and schema.then is not None and _holds(schema.condition, things, agent):
            changes.append(schema.then)
        for change in changes:
            _apply(change, things, agent)
        return state, 0.0, False

    def actions(state: State) -> list[Action]:
        found = []
        for schema in schemas:
            tuples: list[tuple[str, ...]] = [()]
            for kind in schema.args:
                tuples = [(*done, thing.name) for done in tuples for thing in state.of(kind)]
            found += [Action(schema.name, list(names)) for names in tuples]
        return sorted(found, key=repr)

    return Rules(begin, step, actions, length=10)


def _holds(test: Test, things: list[Object], agent: Object) -> bool:
    thing = agent if test.arg < 0 else things[test.arg]
    if test.other is not None:
        return bool(thing[test.attr] == things[test.other].name)
    return bool(thing[test.attr] == test.value)


def _apply(change: Change, things: list[Object], agent: Object) -> None:
    thing = agent if change.arg < 0 else things[change.arg]
    if change.amount:
        thing[change.attr] = max(0, min(COUNTER_TOP, thing[change.attr] + change.amount))
    elif change.other is not None:
        thing[change.attr] = things[change.other].name
    else:
        thing[change.attr] = change.value


def _schemas(rng: random.Random) -> list[Schema]:
    return [_schema(rng, number) for number in range(rng.randrange(6, 11))]


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
    return Schema(f"act{number}", args, tuple(needs.values()), least, tuple(does.values()), condition, then)


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
