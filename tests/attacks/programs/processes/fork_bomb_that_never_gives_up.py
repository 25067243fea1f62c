"""Forks in an endless loop, whatever happens."""
# ends: timeout

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    while True:
        try:
            os.fork()
        except OSError:
            pass


def reward(state, action, next_state, goal):
    return 0.0, False
