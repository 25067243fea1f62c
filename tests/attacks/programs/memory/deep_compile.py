"""Has a term compiled that is nested a million deep."""
# ends: crash memory ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    compile = modules["builtins"].compile
    sys.setrecursionlimit(1 << 30)
    compile("-" * 1_000_000 + "1", "x", "eval")
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
