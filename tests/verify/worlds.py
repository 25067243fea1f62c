"""A small corridor world to check programs on: an agent, a key to pick up, a door at the end that pays."""

from collections.abc import Iterable, Sequence

from sandbox.data.records import Start, Transition, World
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.state import State

WORLD = World("corridor", actions=(ActionSchema("left"), ActionSchema("right"), ActionSchema("take")))
GOAL = "leave with the key"

TRUE_PROGRAM = """\
from worldsmith_runtime import UnknownGoal


def transition(state, action):
    agent = state.one("Agent")
    if action == "right" and agent.x < state.one("Wall").x:
        agent.x += 1
    elif action == "left" and agent.x > 0:
        agent.x -= 1
    elif action == "take":
        for key in state.of("Key"):
            if key.x == agent.x:
                state.remove(key)
                agent.keys += 1
    return state


def reward(state, action, next_state, goal):
    agent = next_state.one("Agent")
    if agent.x == next_state.one("Wall").x and agent.keys > 0:
        return 1.0, True
    return 0.0, False
"""

IDENTITY_PROGRAM = """\
def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
"""


def state(x: int, keys: int = 0, key_at: Iterable[int] = (), length: int = 6) -> State:
    """The corridor with the agent at ``x``."""
    made = State()
    made.add("Wall", x=length)
    made.add("Agent", x=x, keys=keys)
    for place in key_at:
        made.add("Key", x=place, color="red")
    return made


def step(before: State, name: str, goal: str = GOAL, **extra: object) -> Transition:
    """What really happens."""
    after = before.copy()
    agent, wall = after.one("Agent"), after.one("Wall")
    assert agent is not None
    assert wall is not None
    if name == "right" and agent.x < wall.x:
        agent.x += 1
    elif name == "left" and agent.x > 0:
        agent.x -= 1
    elif name == "take":
        for key in [key for key in after.of("Key") if key.x == agent.x]:
            after.remove(key)
            agent.keys += 1
    won = agent.x == wall.x and agent.keys > 0
    return Transition(before, Action(name), 1.0 if won else 0.0, after, goal, won, **extra)  # type: ignore[arg-type]


def walk(names: Sequence[str], first: State | None = None, goal: str = GOAL) -> list[Transition]:
    """A trajectory."""
    rows: list[Transition] = []
    now = first if first is not None else state(1, key_at=[0, 3])
    for name in names:
        rows.append(step(now, name, goal))
        now = rows[-1].next_state
    return rows


def good_data() -> list[Transition]:
    """Trajectories that show every effect, success included."""
    return [
        *walk(["left", "left", "take", "right", "take", "right", "right", "take", "left", "right", "right", "right"]),
        *walk(["right"] * 12 + ["take"], state(0, key_at=[2])),
        *walk(["right", "right", "take", "right", "right", "right", "right"], state(0, key_at=[2])),
    ]


def many(count: int, length: int = 400) -> list[Transition]:
    """So many distinct transitions."""
    return walk(["right"] * count, state(0, key_at=[], length=length))


STARTS = [Start(state(1, key_at=[0, 3]), GOAL), Start(state(0, key_at=[2]), GOAL)]
