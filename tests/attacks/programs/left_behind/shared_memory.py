"""Leaves a segment of shared memory and a semaphore, and looks for them."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)

found = [libc.shmget(4711, 4096, 0), libc.semget(4711, 1, 0), libc.msgget(4711, 0)]
made = [libc.shmget(4711, 4096, 0o1666), libc.semget(4711, 1, 0o1666), libc.msgget(4711, 0o1666)]


def transition(state, action):
    for one in found + made:
        if one != -1:
            state.add("Got", what=f"identifier {one}")
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
