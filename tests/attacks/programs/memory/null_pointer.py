"""Reads address zero."""
# ends: crash
# says: SIGSEGV

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def transition(state, action):
    return ctypes.string_at(0)


def reward(state, action, next_state, goal):
    return 0.0, False
