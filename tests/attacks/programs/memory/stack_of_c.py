"""Overflows the stack of C by showing a list in a list in a list."""
# ends: crash memory timeout

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    sys.setrecursionlimit(1 << 30)
    nested = []
    for _ in range(300_000):
        nested = [nested]
    return repr(nested)


def reward(state, action, next_state, goal):
    return 0.0, False
