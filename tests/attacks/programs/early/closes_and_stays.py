"""Closes all of its descriptors and never ends."""
# ends: timeout

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
    while True:
        pass


def reward(state, action, next_state, goal):
    return 0.0, False
