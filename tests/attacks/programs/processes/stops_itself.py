"""Stops itself, so that waiting for it never ends."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    for number in (19, 20):
        try:
            os.kill(os.getpid(), number)
            return [f"signal {number}"]
        except OSError:
            pass
    return []


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
