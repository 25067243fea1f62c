"""Ends its process with success and no answer."""
# ends: crash

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
