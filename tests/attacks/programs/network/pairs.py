"""Makes a pair of connected sockets and a pipe."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def attack():
    pair = (ctypes.c_int * 2)()
    got = ["a pair"] if libc.socketpair(1, 1, 0, pair) == 0 else []
    return got + (["a pipe"] if libc.pipe(pair) == 0 else [])


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
