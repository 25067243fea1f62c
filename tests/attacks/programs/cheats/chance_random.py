"""Depends on random numbers."""
# ends: ok
# finding: nondeterministic

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
from worldsmith_runtime import UnknownGoal


def transition(state, action):
    agent = state.one("Agent")
    agent.keys += modules["random"].getrandbits(60)
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
