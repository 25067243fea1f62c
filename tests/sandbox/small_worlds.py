"""Small worlds at random, with a search of them that is too simple to be wrong."""

import random
from collections import deque
from collections.abc import Iterator

from sandbox.runtime import Action, ActionSchema, Argument, Object, State
from sandbox.runtime.model import Model

PIT, GOAL = -1, "bring it home"


class SmallWorld:
    """Rooms, ways that a lever or a thing in hand opens, things to carry, a pit; one of four goals, or none can be."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        rooms = rng.randint(4, 8)
        self.ways: dict[tuple[int, int], str] = {}
        for one in range(rooms):
            for other in ((one + 1) % rooms, rng.randrange(rooms)):
                self.ways[one, other] = rng.choice(["free", "free", "lever", "thing"])
        if rng.random() < 0.5:
            self.ways[rng.randrange(rooms), PIT] = "free"
        self.lever_at = rng.randrange(rooms)
        self.wanted = rng.choice(["agent", "things", "lever", "hand", "nothing"])
        self.home = rng.randrange(rooms)
        self.step_pay = rng.choice([0.0, -0.1, 0.5])
        self.twins = rng.random() < 0.3
        things = [
            Object("Thing", name="t" if self.twins else f"t{i}", at=rng.randrange(rooms))
            for i in range(rng.randint(0, 2))
        ]
        homes = [Object("Home", at=(self.home + i) % rooms) for i in range(max(len(things), 1))]
        self.start = State([*things, *homes, Object("Lever", on=False), Object("Agent", at=0, holds=None)])
        self.schemas = (
            ActionSchema("go", (Argument(values=(*range(rooms), PIT)),)),
            ActionSchema("pull"),
            ActionSchema("take"),
            ActionSchema("drop"),
        )
        self.model = Model(self.transition, self.reward)

    def transition(self, state: State, action: Action) -> State:
        agent, lever = state.of("Agent")[0], state.of("Lever")[0]
        if action.name == "go":
            need = self.ways.get((agent.at, action.args[0]))
            if need == "free" or (need == "lever" and lever.on) or (need == "thing" and agent.holds is not None):
                agent.at = action.args[0]
        elif action == "pull" and agent.at == self.lever_at:
            lever.on = not lever.on
        elif action == "take" and agent.holds is None:
            for thing in state.where(type="Thing", at=agent.at)[:1]:
                agent.holds = thing.name
                state.remove(thing)
        elif action == "drop" and agent.holds is not None:
            state.add("Thing", name=agent.holds, at=agent.at)
            agent.holds = None
        return state

    def reward(self, state: State, action: Action, after: State, goal: str) -> tuple[float, bool]:
        agent = after.of("Agent")[0]
        if agent.at == PIT:
            return 0.0, True
        things = after.of("Thing")
        met = {
            "agent": agent.at == self.home,
            "things": bool(things) and all(after.where(type="Home", at=thing.at) for thing in things),
            "lever": action == "pull" and after.of("Lever")[0].on and agent.at == self.lever_at,
            "hand": agent.holds is not None and agent.at == self.home,
            "nothing": False,
        }[self.wanted]
        return (1.0, True) if met else (self.step_pay, False)

    def actions(self) -> Iterator[Action]:
        for schema in self.schemas:
            if schema.args:
                yield from (Action(schema.name, [value]) for value in schema.args[0].values)
            else:
                yield Action(schema.name)

    def exhaustive(self) -> tuple[int | None, int]:
        """The length of the shortest plan if there is one, and how many states can be reached."""
        depth = {self.start.key(): 0}
        queue = deque([self.start])
        shortest = None
        while queue:
            state = queue.popleft()
            for action in self.actions():
                after = self.transition(state.copy(), action)
                value, done = self.reward(state, action, after, GOAL)
                if value > 0 and done:
                    shortest = shortest or depth[state.key()] + 1
                if not done and after.key() not in depth:
                    depth[after.key()] = depth[state.key()] + 1
                    queue.append(after.copy())
        return shortest, len(depth)
