"""Has a pattern compiled that is nested deep."""
# ends: crash memory timeout ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    import re

    sys.setrecursionlimit(1 << 30)
    re.compile("(" * 50_000 + ")" * 50_000)
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
