"""Asks the kernel for its routes."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def attack():
    got = []
    for kind in (1, 2, 3):
        fd = libc.socket(16, kind, 0)
        if fd >= 0:
            got.append(f"a socket of kind {kind}")
            address = modules["struct"].pack("=HHII", 16, 0, 0, 0)
            if libc.connect(fd, address, len(address)) == 0:
                got.append("a connection")
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
