"""Hangs the garbage collector."""
# ends: timeout

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    def hang(*_):
        while True:
            pass

    modules["gc"].callbacks.append(hang)
    modules["gc"].collect()
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
