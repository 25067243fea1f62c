"""Sleeps again whenever something wakes it."""
# ends: timeout

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    while True:
        try:
            modules["time"].sleep(600)
        except BaseException:
            pass


def reward(state, action, next_state, goal):
    return 0.0, False
