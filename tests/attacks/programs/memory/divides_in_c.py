"""Jumps to an address that holds no code."""
# ends: crash

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def transition(state, action):
    ctypes.CFUNCTYPE(None)(1)()


def reward(state, action, next_state, goal):
    return 0.0, False
