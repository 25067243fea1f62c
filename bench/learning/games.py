"""Worlds to learn from: a step function with starts and actions, or an adapter's environment, played alike."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from agent_client.adapters.base import Environment, StepResult
from sandbox.data.records import Transition, World
from sandbox.runtime.actions import Action, ActionSchema, ground
from sandbox.runtime.state import State

Outcome = tuple[State, float, bool]


class Game(Protocol):
    """One episode at a time; ``guided`` says which action an informed player takes here."""

    def reset(self, rng: random.Random) -> None:
        """Begins an episode."""
        ...

    def actions(self) -> Sequence[Action]:
        """What may be done."""
        ...

    def guided(self, rng: random.Random, seen: dict[str, int]) -> Action:
        """An action that may show something rare; ``seen`` counts kinds of event."""
        ...

    def step(self, action: Action) -> tuple[Transition, bool]:
        """The transition, and whether the episode is over."""
        ...


@dataclass(frozen=True)
class Rules:
    """A deterministic world: ``begin(rng)`` gives a start, ``step`` what an action does to a state of its own."""

    begin: Callable[[random.Random], State]
    step: Callable[[State, Action], Outcome]
    actions: Callable[[State], Sequence[Action]]
    length: int = 40


class RulesGame:
    """Plays :class:`Rules`; the guided player looks one step ahead for the rarest kind of event."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._state = State()
        self._left = 0

    def reset(self, rng: random.Random) -> None:
        """Begins an episode."""
        self._state = self._rules.begin(rng)
        self._left = self._rules.length

    def actions(self) -> Sequence[Action]:
        """What may be done."""
        return self._rules.actions(self._state)

    def guided(self, rng: random.Random, seen: dict[str, int]) -> Action:
        """The action whose kind of event was seen least."""
        options = list(self.actions())
        rng.shuffle(options)
        return min(options, key=lambda action: seen.get(kind_of(self._outcome(action)), 0))

    def step(self, action: Action) -> tuple[Transition, bool]:
        """The transition, and whether the episode is over."""
        row = self._outcome(action)
        self._state = row.next_state
        self._left -= 1
        return row, row.done or self._left <= 0

    def _outcome(self, action: Action) -> Transition:
        after, reward, done = self._rules.step(self._state.copy(), action)
        return Transition(self._state, action, reward, after, "", done)


class RulesEnvironment:
    """:class:`Rules` as an environment for an explorer; ``actions`` is the schema of what may be done."""

    def __init__(self, rules: Rules, name: str, actions: Sequence[ActionSchema]) -> None:
        self.name = name
        self.world = World(name, actions=tuple(actions))
        self._rules = rules
        self._state = State()

    def reset(self, seed: int) -> tuple[State, str]:
        """Begins the episode of a seed."""
        self._state = self._rules.begin(random.Random(f"explored {seed}"))
        return self._state, ""

    def step(self, action: Action) -> StepResult:
        """Acts."""
        self._state, reward, done = self._rules.step(self._state.copy(), action)
        return StepResult(self._state, reward, done, truncated=False)

    def close(self) -> None:
        """Holds nothing."""


class AdapterGame:
    """Plays an adapter's environment; ``guide`` chooses for the guided player."""

    def __init__(self, env: Environment, guide: Callable[[State, random.Random], Action], length: int = 60) -> None:
        self._env, self._guide, self._length = env, guide, length
        self._state, self._goal, self._left = State(), "", 0

    def reset(self, rng: random.Random) -> None:
        """Begins an episode."""
        self._state, self._goal = self._env.reset(rng.randrange(10**6))
        self._left = self._length

    def actions(self) -> Sequence[Action]:
        """What may be done."""
        return list(ground(self._env.world.actions, self._state))

    def guided(self, rng: random.Random, seen: dict[str, int]) -> Action:
        """What the guide says."""
        return self._guide(self._state, rng)

    def step(self, action: Action) -> tuple[Transition, bool]:
        """The transition, and whether the episode is over."""
        result = self._env.step(action)
        row = Transition(self._state, action, result.reward, result.state, self._goal, result.done)
        self._state = result.state
        self._left -= 1
        return row, result.done or result.truncated or self._left <= 0


def gather(games: Sequence[Game], rows: int, seed: int, *, evenly: bool = False) -> list[Transition]:
    """Distinct transitions, as many from each game, in episodes that are random and guided by turns.

    ``evenly``: the next episode is of the kind that had fewer steps, so that half of the steps are guided where guided
    episodes are shorter.
    """
    rng = random.Random(seed)
    found: list[Transition] = []
    known: set[str] = set()
    for number, game in enumerate(games):
        seen: dict[str, int] = {}
        wanted = rows * (number + 1) // len(games)
        guided, idle, steps = True, 0, {False: 0, True: 0}
        while len(found) < wanted and idle < 200:
            game.reset(rng)
            over, before = False, len(found)
            guided = steps[True] < steps[False] if evenly else not guided
            while not over and len(found) < wanted:
                plan = guided and rng.random() < 0.8
                action = game.guided(rng, seen) if plan else rng.choice(list(game.actions()))
                row, over = game.step(action)
                steps[guided] += 1
                kind = kind_of(row)
                seen[kind] = seen.get(kind, 0) + 1
                if row.digest() not in known:
                    known.add(row.digest())
                    found.append(row)
            idle = idle + 1 if len(found) == before else 0
    return found


def kind_of(row: Transition) -> str:
    """The kind of event: which action changed which attributes of which types, or made or removed what."""
    before, after = _by_type(row.state), _by_type(row.next_state)
    parts = []
    for kind in sorted(set(before) | set(after)):
        old, new = before.get(kind, []), after.get(kind, [])
        if len(old) != len(new):
            parts.append(f"{kind} {'added' if len(new) > len(old) else 'removed'}")
            continue
        names = sorted({name for values in (*old, *new) for name in values})
        parts += [f"{kind}.{name}" for name in names if _values(old, name) != _values(new, name)]
    return f"{row.action.name}: {', '.join(parts) or 'nothing'}"


def _values(things: list[dict[str, object]], name: str) -> list[str]:
    return sorted(repr(values.get(name)) for values in things)


def _by_type(state: State) -> dict[str, list[dict[str, object]]]:
    table: dict[str, list[dict[str, object]]] = {}
    for obj in state:
        table.setdefault(obj.type, []).append({name: obj[name] for name in obj})
    return table
