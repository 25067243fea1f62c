"""Spoils the cache that tracebacks take their lines from, and raises."""
# ends: ok
# says: ValueError: after all

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    modules["linecache"].cache["<model>"] = None
    modules["traceback"].extract_tb = lambda *a: 1 / 0
    raise ValueError("after all")


def reward(state, action, next_state, goal):
    return 0.0, False
