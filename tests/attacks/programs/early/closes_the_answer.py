"""Closes the descriptor that its answer goes to."""
# ends: crash

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    for fd in range(4):
        try:
            os.close(fd)
        except OSError:
            pass
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
