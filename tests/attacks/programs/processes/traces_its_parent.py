"""Attaches to its parent as a debugger, and reads its memory."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def attack():
    parent = os.getppid()
    space = ctypes.create_string_buffer(64)
    vector = (ctypes.c_void_p * 2)(ctypes.addressof(space), 64)
    got = []
    if libc.ptrace(16, parent, 0, 0) != -1:
        got.append("ptrace")
    if libc.process_vm_readv(parent, vector, 1, vector, 1, 0) > 0:
        got.append("process_vm_readv")
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
