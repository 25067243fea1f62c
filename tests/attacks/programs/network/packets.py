"""Opens a socket for raw packets."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def attack():
    return [family for family in (17, 38, 40) if libc.socket(family, 3, 0x0300) >= 0]


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
