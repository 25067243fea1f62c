"""A tiny world: a walker in a corridor of 12 cells has to press the button where the lamp hangs."""

from agent_client.adapters.base import StepResult
from sandbox.data.records import World
from sandbox.runtime.actions import Action, ActionSchema
from sandbox.runtime.state import Object, State

ACTIONS = tuple(ActionSchema(name) for name in ("left", "press", "right"))
GOAL = "light the lamp"

GOOD = """
def transition(state, action):
    walker, lamp = state.one("Walker"), state.one("Lamp")
    if action == "left" and walker.x > 0:
        walker.x -= 1
    elif action == "right" and walker.x < 11:
        walker.x += 1
    elif action == "press" and walker.x == lamp.x:
        lamp.on = True
    return state


def reward(state, action, next_state, goal):
    on = next_state.one("Lamp").on
    return (1.0 if on else 0.0), on
"""
# Hopes that the button works nearer by than it does, where it was not pressed yet.
HOPEFUL = GOOD.replace("walker.x == lamp.x", "walker.x >= 8")
ASKING = (
    GOOD.replace("walker.x == lamp.x", "False")
    + """

def uncertain(state, action):
    x = state.one("Walker").x
    return f"press was never tried at {x}" if action == "press" and x > 7 else None
"""
)
HOPELESS = GOOD.replace("walker.x == lamp.x", "False")


def situation(x: int, on: bool = False, lamp: int = 5) -> State:
    return State([Object("Walker", x=x), Object("Lamp", x=lamp, on=on)])


class Corridor:
    """An adapter. ``fail_at`` is the step at which it raises."""

    name = "corridor"

    def __init__(self, fail_at: int = -1, limit: int = 200) -> None:
        self.world = World("corridor", "A corridor with a lamp.", ACTIONS)
        self.closed = False
        self.seeds: list[int] = []
        self._fail_at = fail_at
        self._limit = limit
        self._steps = 0
        self.steps_in_all = 0
        self._x = 0
        self._lamp = 11
        self._on = False

    def reset(self, seed: int) -> tuple[State, str]:
        self.seeds.append(seed)
        self._x, self._on, self._steps = seed % 3, False, 0
        return situation(self._x, self._on, self._lamp), GOAL

    def step(self, action: Action) -> StepResult:
        if self.steps_in_all == self._fail_at:
            raise RuntimeError("the motor\nis broken")
        self.steps_in_all += 1
        self._steps += 1
        if action == "left":
            self._x = max(self._x - 1, 0)
        elif action == "right":
            self._x = min(self._x + 1, 11)
        elif action == "press" and self._x == self._lamp:
            self._on = True
        state = situation(self._x, self._on, self._lamp)
        return StepResult(state, float(self._on), self._on, self._steps >= self._limit and not self._on)

    def picture(self) -> str:
        return "".join("@" if x == self._x else "." for x in range(12))

    def frame(self) -> str:
        return self.picture()

    def close(self) -> None:
        self.closed = True
