"""Stops the clocks that it can reach."""
# ends: timeout

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    time = modules["time"]
    time.monotonic = time.time = time.process_time = lambda: 0.0
    while True:
        pass


def reward(state, action, next_state, goal):
    return 0.0, False
