"""Lifts the recursion limit and calls itself without end."""
# ends: memory crash timeout

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    sys.setrecursionlimit(1 << 30)

    def fall():
        return fall()

    fall()


def reward(state, action, next_state, goal):
    return 0.0, False
