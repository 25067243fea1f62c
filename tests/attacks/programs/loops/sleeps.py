"""Uses no CPU time, and never ends."""
# ends: timeout

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    modules["time"].sleep(600)


def reward(state, action, next_state, goal):
    return 0.0, False
