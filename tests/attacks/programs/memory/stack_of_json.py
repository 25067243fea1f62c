"""Overflows the stack of C in the JSON parser."""
# ends: crash memory ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    import json

    sys.setrecursionlimit(1 << 30)
    return json.loads("[" * 1_000_000)


def reward(state, action, next_state, goal):
    return 0.0, False
