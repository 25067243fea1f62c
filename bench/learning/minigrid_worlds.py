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
Deed = tuple[str, str, str]
VERBS = ("toggle", "pickup", "drop")
LENGTH = 40  # steps of an episode: what is rare is often there once at each start
COMMON, RARE = 3, 12  # times that a deed which changes something is done for each that does nothing
WAYS = ((1, 0), (0, 1), (-1, 0), (0, -1))
KINDS = ("no-op", "turn", "move", "pick", "drop", "open", "close", "unlock", "box opened")


def games(ids: tuple[str, ...] = IDS) -> list[Game]:
    """One game an id."""
    done: Counter[Deed] = Counter()
    return [AdapterGame(registry.make(f"minigrid:{name}"), Handyman(done).act, length=LENGTH) for name in ids]


def test_rows(rows: int, least: int) -> list[Transition]:
    """Rows that no training sees, and more of the rare kinds until there are so many of each."""
    found, seed = gather(games(), rows, 10_000, evenly=True), 10_001
    counts = Counter(map(kind_of, found))
    while any(counts[kind] < least for kind in KINDS):
        for row in gather(games(), rows // 2, seed, evenly=True):
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
    """Goes to some thing that can be reached and handles it: what was done least first, for what it is worth.

    ``done`` counts what was done, by word, kind of thing and what is in hand; several of these players may share it.
    """

    def __init__(self, done: Counter[Deed]) -> None:
        self._done = done

    def act(self, state: State, rng: random.Random) -> Action:
        """The next action: the one that is due where the thing is ahead, else a turn or step on the way there."""
        agent = state.of("Agent")[0]
        faced, came = _reach(state, agent)
        best: tuple[tuple[float, int, float], Deed, list[str]] | None = None
        for place in sorted(faced):
            for verb in VERBS:
                deed, worth = _deed(state, agent.carrying, place, verb)
                way = _route(faced[place], came)
                rank = (self._done[deed] / worth if worth else self._done[deed] + 1.0, len(way), rng.random())
                if best is None or rank < best[0]:
                    best = rank, deed, [*way, verb]
        assert best is not None, "a cell is always ahead"
        _, deed, names = best
        if len(names) == 1:
            self._done[deed] += 1
        return Action(names[0])


def _deed(state: State, held: Mapping[str, str] | None, place: tuple[int, int], verb: str) -> tuple[Deed, int]:
    """What doing this there amounts to, and its worth: nothing where it shows little, more where it is rare."""
    things = [thing for thing in state.where(x=place[0], y=place[1]) if thing.type not in {"Agent", "Floor"}]
    if not things:
        return (verb, "nothing", held["type"] if held else ""), COMMON if verb == "drop" and held else 0
    thing, hand = things[0], "full" if held else "empty"
    kind, taken = thing.type, verb == "pickup" and not held
    if kind == "Door":
        fits = held is not None and held["type"] == "Key" and held["color"] == thing.color
        deed = (verb, f"{thing.state} {kind}", "key" if fits else hand)
        worth = RARE if fits and thing.state == "locked" else COMMON  # to fail at a lock teaches too
        return deed, worth if verb == "toggle" else 0
    if kind == "Box":
        inside = thing.contains["type"] if thing.contains else "nothing"
        opened = RARE if thing.contains else COMMON
        return (verb, f"{kind} with {inside}", hand), opened if verb == "toggle" else COMMON if taken else 0
    if kind == "Key" and state.where(type="Door", state="locked", color=thing.color):
        return (verb, "Key that fits", hand), RARE if taken else 0
    return (verb, kind, hand), COMMON if taken and kind in {"Key", "Ball"} else 0


def _reach(state: State, agent: Object) -> tuple[dict[tuple[int, int], Node], dict[Node, tuple[Node, str] | None]]:
    """The places that can be faced, each with where from; and how one comes there."""
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
        if front not in closed and step not in came:
            came[step] = (node, "forward")
            queue.append(step)
    return faced, came


def _route(node: Node, came: Mapping[Node, tuple[Node, str] | None]) -> list[str]:
    names = []
    before = came[node]
    while before is not None:
        names.append(before[1])
        before = came[before[0]]
    return names[::-1]
