"""Starts a grandchild in a session of its own, to outlive it."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    try:
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                modules["time"].sleep(5)
            os._exit(0)
    except OSError:
        return []
    return ["a grandchild"]


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
