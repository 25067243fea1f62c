"""The deterministic toy-text environments of gymnasium, their maps told in objects.

FrozenLake is made with ``is_slippery=False``. What a step does is read from the environment's own table, so that any
state may be asked about, reached or not.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import gymnasium

from agent_client.adapters.base import Adapter
from agent_client.adapters.gym_adapter import GymAdapter
from sandbox.data.records import Success, Transition
from sandbox.runtime.actions import Action
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


class ToyTextAdapter(GymAdapter):
    """A toy-text environment with a fixed map; ``objects`` tells the state of a number."""

    description = "A grid of cells, x to the right and y downwards."

    def __init__(
        self,
        id: str,
        env: Any,
        actions: Sequence[str],
        goal: str,
        objects: Callable[[Any, int], Iterator[Object]],
    ) -> None:
        self.actions, self._goal, self._objects = actions, goal, objects
        self.success = Success(reward_above=_LEAST.get(id.partition("Walking")[0], 0.0))
        super().__init__(env, f"toytext:{id}")

    def to_objects(self, obs: Any, info: Mapping[str, Any]) -> Iterator[Object]:
        """The objects of the state that the environment calls by this number."""
        return self._objects(self.env.unwrapped, int(obs))

    def goal(self, obs: Any, info: Mapping[str, Any]) -> str:
        """The same in every episode."""
        return self._goal

    def every(self) -> Iterator[Transition]:
        """The transitions of all states and actions."""
        table = self.env.unwrapped.P
        for number in table:
            for action, schema in enumerate(self.world.actions):
                _, after, reward, done = table[number][action][0]
                before, came = self.state_of(number), self.state_of(after)
                yield Transition(before, Action(schema.name), float(reward), came, self._goal, bool(done))

    def state_of(self, number: int) -> State:
        """The state that the environment calls by this number."""
        return State(self.to_objects(number, {}))


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
