"""Finds the answer through the garbage collector and fills it with lies."""
# ends: ok crash malformed memory

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    gc = modules["gc"]
    gc.unfreeze()
    for thing in gc.get_objects():
        if type(thing) is list and thing and all(type(item) is str for item in thing[:3]):
            try:
                thing.clear()
            except Exception:
                pass
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
