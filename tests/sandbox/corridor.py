"""A small world for the sandbox's tests: an agent in a corridor with walls at both ends, and a lamp to reach."""

from sandbox.contract import Inputs, RewardInput
from sandbox.runtime import Action, ActionSchema, Object, State

LENGTH = 9
GOAL = "reach the lamp"
LEFT, RIGHT = Action("left"), Action("right")

MODEL = """
from worldsmith_runtime import State, UnknownGoal

STEP = {"left": -1, "right": 1}

def transition(state, action):
    agent = state.one("Agent")
    place = agent.x + STEP[action.name]
    if not state.where(type="Wall", x=place):
        agent.x = place
    return state

def reward(state, action, next_state, goal):
    if goal != "reach the lamp":
        raise UnknownGoal(goal)
    there = next_state.one("Agent").x == next_state.one("Lamp").x
    return (1.0 if there else 0.0, there)
"""

ATTACK = """
import collections
sys = collections._sys
os = sys.modules["os"]

def attack():
{body}

def transition(state, action):
    state.add("Told", what=str(attack()))
    return state

def reward(state, action, next_state, goal):
    return 0.0, False
"""


def attack(body: str) -> str:
    """A program that runs ``body`` in its transition, and tells what it returns by an object."""
    lines = "\n".join("    " + line for line in body.strip().splitlines())
    return ATTACK.replace("{body}", lines)


def state(x: int, lamp: int = 5) -> State:
    walls = [Object("Wall", x=-1), Object("Wall", x=LENGTH)]
    return State([Object("Agent", x=x), Object("Lamp", x=lamp, colour="red"), *walls])


def moved(x: int, action: Action) -> int:
    """The truth about the corridor, said without any of the code under test."""
    return max(0, min(LENGTH - 1, x + (1 if action == "right" else -1)))


def inputs(goal: str = GOAL) -> Inputs:
    """Every place with both actions, every reward, and a start at each place."""
    pairs = [(x, action) for x in range(LENGTH) for action in (LEFT, RIGHT)]
    return Inputs(
        states=[state(x) for x in range(LENGTH)],
        transitions=pairs,
        rewards=[RewardInput(x, action, moved(x, action), goal) for x, action in pairs],
        starts=[(x, goal) for x in range(LENGTH)],
        schemas=[ActionSchema("left"), ActionSchema("right")],
    )
