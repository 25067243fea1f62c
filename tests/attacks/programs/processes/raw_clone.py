"""Starts processes by the bare system calls."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def attack():
    got = []
    for name, number, flags in (("fork", 57, 0), ("vfork", 58, 0), ("clone", 56, 17), ("clone3", 435, 0)):
        made = libc.syscall(number, flags, 0, 0, 0, 0)
        if made == 0:
            os._exit(0)
        if made > 0:
            got.append(name)
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
