"""Reads the environment of its parents."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = []
    for process in ("self", "1", str(os.getppid()), str(os.getppid() - 1)):
        try:
            fd = os.open(f"/proc/{process}/environ", os.O_RDONLY)
            got.append(os.read(fd, 4000))
        except OSError:
            pass
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
