"""Leaves a thread running behind its answer."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    try:
        modules["_thread"].start_new_thread(modules["time"].sleep, (30,))
    except RuntimeError:
        return []
    return ["a thread"]


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
