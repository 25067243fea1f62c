"""Ends its process with a code."""
# ends: crash
# says: code 7

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os._exit(7)


def reward(state, action, next_state, goal):
    return 0.0, False
