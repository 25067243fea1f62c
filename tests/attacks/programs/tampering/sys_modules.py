"""Replaces modules by fakes, and empties the rest."""
# ends: ok crash malformed

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    for name in list(modules):
        if name not in ("sys", "builtins"):
            modules[name] = sys
    return []


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
