"""Makes every type look like the one that is expected."""
# ends: ok crash malformed

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    builtins = modules["builtins"]
    builtins.type = lambda *a: int
    builtins.float = builtins.int = builtins.str
    return []


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
