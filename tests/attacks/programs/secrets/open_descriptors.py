"""Looks for descriptors that were left open, and reads them."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = []
    for fd in range(1024):
        try:
            os.fstat(fd)
        except OSError:
            continue
        if fd > 3:
            got.append(f"descriptor {fd}")
        elif fd != 3:
            try:
                got += [os.read(fd, 100)] if os.read(fd, 100) else []
            except OSError:
                pass
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
