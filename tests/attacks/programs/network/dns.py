"""Resolves a name."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def attack():
    found = ctypes.c_void_p()
    return ["an address"] if libc.getaddrinfo(b"localhost", None, None, ctypes.byref(found)) == 0 else []


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
