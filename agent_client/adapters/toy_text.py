"""The deterministic toy-text environments of gymnasium, their maps told in objects.

FrozenLake is made with ``is_slippery=False``. What a step does is read from the environment's own table, so that any
state may be asked about, reached or not.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gymnasium
from PIL import Image

from agent_client.adapters.base import Adapter, StepResult
from sandbox.data.records import Success, Transition, World
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.state import Object, State

_DEPOTS = ("red", "green", "yellow", "blue")  # in the order of the environment's table
_LEAST = {"Cliff": -2.0}  # reaching the goal there costs 1, like any step
_WAYS = ("left", "down", "right", "up")


def make(id: str) -> Adapter:
    """The environment of this gymnasium id: Taxi, CliffWalking or FrozenLake.

    Raises:
        ValueError: it is none of these.
    """
    for prefix, (options, actions, goal, objects) in _KINDS.items():
        if id.startswith(prefix) and id in gymnasium.registry and "Slippery" not in id:
            env: Any = gymnasium.make(id, render_mode="rgb_array", disable_env_checker=True, **options)
            return ToyTextAdapter(id, env, actions, goal, objects)
    raise ValueError("toy text has Taxi, CliffWalking and FrozenLake, such as Taxi-v4 or FrozenLake-v1")


class ToyTextAdapter:
    """A toy-text environment with a fixed map; ``objects`` tells the state of a number."""

    def __init__(
        self,
        id: str,
        env: Any,
        actions: Sequence[str],
        goal: str,
        objects: Callable[[Any, int], Iterator[Object]],
    ) -> None:
        self.name = f"toytext:{id}"
        success = Success(reward_above=_LEAST.get(id.partition("Walking")[0], 0.0))
        text = "A grid of cells, x to the right and y downwards."
        self.world = World(id, text, tuple(map(ActionSchema, actions)), success)
        self._env, self._inner = env, env.unwrapped
        self._goal, self._objects = goal, objects
        self._numbers = {name: number for number, name in enumerate(actions)}

    def reset(self, seed: int) -> tuple[State, str]:
        """Begins the episode of this seed."""
        self._env.reset(seed=seed)
        return self.state_of(int(self._inner.s)), self._goal

    def step(self, action: Action) -> StepResult:
        """Acts.

        Raises:
            ValueError: the environment has no such action.
        """
        if action.args or action.name not in self._numbers:
            raise ValueError(f"there is no action {action}; there are {', '.join(self._numbers)}")
        number, reward, done, truncated, _ = self._env.step(self._numbers[action.name])
        return StepResult(self.state_of(int(number)), float(reward), bool(done), bool(truncated and not done))

    def every(self) -> Iterator[Transition]:
        """The transitions of all states and actions."""
        for number in range(self._inner.observation_space.n):
            for name, action in self._numbers.items():
                _, after, reward, done = self._inner.P[number][action][0]
                yield Transition(
                    self.state_of(number), Action(name), float(reward), self.state_of(after), self._goal, bool(done)
                )

    def state_of(self, number: int) -> State:
        """The state that the environment calls by this number."""
        return State(self._objects(self._inner, int(number)))

    def picture(self) -> str:
        """The objects that stand at each cell, by their first letters."""
        things = [thing for thing in self.state_of(int(self._inner.s)) if thing.x is not None]
        width, height = max(thing.x for thing in things) + 1, max(thing.y for thing in things) + 1
        rows = [["  "] * width for _ in range(height)]
        for thing in sorted(things, key=lambda thing: thing.type in {"Taxi", "Player"}):
            rows[thing.y][thing.x] = f"{thing.type[:2]:2}"
        return "\n".join("".join(row) for row in rows)

    def frame(self) -> Image.Image:
        """The environment's own picture."""
        return Image.fromarray(self._env.render())

    def close(self) -> None:
        """Closes the environment."""
        self._env.close()


def _taxi(env: Any, number: int) -> Iterator[Object]:
    """Barriers stand at the east side of their cell; a passenger in the taxi has no place of its own."""
    row, column, passenger, destination = env.decode(number)
    yield Object("Taxi", x=int(column), y=int(row))
    riding = passenger == len(_DEPOTS)
    y, x = (None, None) if riding else map(int, env.locs[passenger])
    yield Object("Passenger", x=x, y=y)
    for i, (y, x) in enumerate(env.locs):
        yield Object("Depot", x=int(x), y=int(y), color=_DEPOTS[i])
        if i == destination:
            yield Object("Destination", x=int(x), y=int(y))
    for y, line in enumerate(env.desc[1:-1]):
        for x in range(len(line) // 2 - 1):
            if line[2 * x + 2] == b"|":
                yield Object("Barrier", x=x, y=y)


def _cliff(env: Any, number: int) -> Iterator[Object]:
    height, width = env.shape
    yield Object("Player", x=number % width, y=number // width)
    yield Object("Start", x=int(env.start_state_index) % width, y=int(env.start_state_index) // width)
    yield Object("Goal", x=width - 1, y=height - 1)
    for y in range(height):
        for x in range(width):
            if env._cliff[y, x]:
                yield Object("Cliff", x=x, y=y)


def _lake(env: Any, number: int) -> Iterator[Object]:
    yield Object("Player", x=number % env.ncol, y=number // env.ncol)
    kinds = {b"H": "Hole", b"G": "Goal", b"S": "Start"}
    for y, line in enumerate(env.desc):
        for x, letter in enumerate(line):
            if letter in kinds:
                yield Object(kinds[letter], x=x, y=y)


_KINDS: dict[str, tuple[dict[str, Any], tuple[str, ...], str, Callable[[Any, int], Iterator[Object]]]] = {
    "Taxi": (
        {},
        ("south", "north", "east", "west", "pickup", "dropoff"),
        "bring the passenger to the destination",
        _taxi,
    ),
    "CliffWalking": ({}, ("up", "right", "down", "left"), "walk to the goal and not off the cliff", _cliff),
    "FrozenLake": ({"is_slippery": False}, _WAYS, "reach the goal and stay out of the holes", _lake),
}
