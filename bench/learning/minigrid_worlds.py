"""MiniGrid's worlds, a player that goes to things and handles them, and the kinds of event."""

import random
from collections import Counter, deque
from collections.abc import Mapping

from agent_client.adapters import registry
from bench.learning.games import AdapterGame, Game, gather
from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State

IDS = (
    "MiniGrid-Empty-8x8-v0",
    "MiniGrid-DoorKey-6x6-v0",
    "MiniGrid-Unlock-v0",
    "MiniGrid-UnlockPickup-v0",
    "MiniGrid-BlockedUnlockPickup-v0",
    "MiniGrid-LavaGapS6-v0",
    "MiniGrid-LavaCrossingS9N2-v0",
    "MiniGrid-SimpleCrossingS9N2-v0",
    "MiniGrid-FourRooms-v0",
    "MiniGrid-KeyCorridorS3R2-v0",
    "MiniGrid-ObstructedMaze-1Dlhb-v0",
    "MiniGrid-Fetch-6x6-N2-v0",
    "MiniGrid-GoToObject-6x6-N2-v0",
    "MiniGrid-GoToDoor-6x6-v0",
    "MiniGrid-PutNear-6x6-N2-v0",
    "MiniGrid-RedBlueDoors-6x6-v0",
)
Node = tuple[int, int, int]
WAYS = ((1, 0), (0, 1), (-1, 0), (0, -1))
KINDS = ("no-op", "turn", "move", "pick", "drop", "open", "close", "unlock", "box opened")


def games(ids: tuple[str, ...] = IDS) -> list[Game]:
    """One game an id."""
    return [AdapterGame(registry.make(f"minigrid:{name}"), Handyman().act, length=80) for name in ids]


def test_rows(rows: int, least: int) -> list[Transition]:
    """Rows that no training sees, and more of the rare kinds until there are so many of each."""
    found, seed = gather(games(), rows, 10_000), 10_001
    counts = Counter(map(kind_of, found))
    while any(counts[kind] < least for kind in KINDS):
        for row in gather(games(), rows // 2, seed):
            if counts[kind_of(row)] < least:
                counts[kind_of(row)] += 1
                found.append(row)
        seed += 1
    return found


def kind_of(row: Transition) -> str:
    """What happened, in one of :data:`KINDS`."""
    agent, after = row.state.of("Agent")[0], row.next_state.of("Agent")[0]
    if row.state == row.next_state:
        return "no-op"
    if agent.dir != after.dir:
        return "turn"
    if (agent.x, agent.y) != (after.x, after.y):
        return "move"
    if agent.carrying != after.carrying:
        return "pick" if agent.carrying is None else "drop"
    if len(row.state.of("Box")) > len(row.next_state.of("Box")):
        return "box opened"
    before = sorted(door.state for door in row.state.of("Door") if door not in row.next_state)
    now = sorted(door.state for door in row.next_state.of("Door") if door not in row.state)
    return {("closed", "open"): "open", ("open", "closed"): "close", ("locked", "open"): "unlock"}[before[0], now[0]]


class Handyman:
    """Goes to some thing that can be reached, and picks it up, toggles it or drops something there."""

    def __init__(self) -> None:
        self._plan: deque[str] = deque()
        self._expected: Object | None = None

    def act(self, state: State, rng: random.Random) -> Action:
        """The next action."""
        agent = state.of("Agent")[0]
        if self._expected is not None and agent != self._expected:
            self._plan.clear()  # another episode, or something came in the way
        if not self._plan:
            self._plan.extend(self._find(state, agent, rng))
        name = self._plan.popleft()
        self._expected = None
        return Action(name)

    def _find(self, state: State, agent: Object, rng: random.Random) -> list[str]:
        """Turns and steps to a cell before a thing, and what to do there."""
        blocked = {(t.x, t.y): t for t in state if t.type not in {"Agent", "Goal", "Floor"}}
        closed = {place for place, t in blocked.items() if not (t.type == "Door" and t.state == "open")}
        start = (agent.x, agent.y, agent.dir)
        came: dict[Node, tuple[Node, str] | None] = {start: None}
        queue = deque([start])
        faced: dict[tuple[int, int], Node] = {}
        while queue:
            x, y, way = node = queue.popleft()
            front = (x + WAYS[way][0], y + WAYS[way][1])
            faced.setdefault(front, node)
            for after, name in (((x, y, (way - 1) % 4), "left"), ((x, y, (way + 1) % 4), "right")):
                if after not in came:
                    came[after] = (node, name)
                    queue.append(after)
            step = (*front, way)
            if front not in closed and step not in came and not state.where(type="Lava", x=front[0], y=front[1]):
                came[step] = (node, "forward")
                queue.append(step)
        return self._walk(state, faced, came, rng)

    def _walk(
        self,
        state: State,
        faced: Mapping[tuple[int, int], Node],
        came: Mapping[Node, tuple[Node, str] | None],
        rng: random.Random,
    ) -> list[str]:
        held = state.of("Agent")[0].carrying
        things = [t for t in state if t.type not in {"Agent", "Wall", "Lava", "Goal", "Floor"} and (t.x, t.y) in faced]
        if not things or (held is not None and rng.random() < 0.3):
            spot = rng.choice(sorted(faced))
            return [*_route(faced[spot], came), rng.choice(["drop", "pickup", "toggle", "drop"])]
        key = held["color"] if held is not None and held["type"] == "Key" else None
        weights = [4 if thing.type == "Door" and thing.color == key else 1 for thing in sorted(things, key=repr)]
        thing = rng.choices(sorted(things, key=repr), weights)[0]
        verbs = {"Door": ["toggle", "toggle", "pickup"], "Box": ["toggle", "pickup"]}
        verb = rng.choice(verbs.get(thing.type, ["pickup", "pickup", "toggle"]))
        return [*_route(faced[thing.x, thing.y], came), verb]


def _route(node: Node, came: Mapping[Node, tuple[Node, str] | None]) -> list[str]:
    names = []
    before = came[node]
    while before is not None:
        names.append(before[1])
        before = came[before[0]]
    return names[::-1]
