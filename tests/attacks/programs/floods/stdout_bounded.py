"""Prints forty megabytes in one go and goes on."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    for _ in range(10):
        os.write(1, b"x" * 262_144)
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
