"""Fills caches that outlive a call, and looks whether they were filled before."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
import re

found = any(getattr(key, "pattern", key) == "left behind" or "left behind" in str(key) for key in re._cache)
found = found or "left behind" in modules["linecache"].cache
re.compile("left behind")
modules["linecache"].cache["left behind"] = (1, None, ["x"], "left behind")


def transition(state, action):
    if found:
        state.add("Got", what="a cache")
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
