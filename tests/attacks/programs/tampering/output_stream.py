"""Replaces its output by something that never finishes flushing."""
# ends: timeout ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


class Stuck:
    def flush(self):
        while True:
            pass


def transition(state, action):
    sys.stdout = sys.stderr = Stuck()
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
