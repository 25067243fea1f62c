"""Aborts, as a failed assertion in C does."""
# ends: crash

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os.abort()


def reward(state, action, next_state, goal):
    return 0.0, False
