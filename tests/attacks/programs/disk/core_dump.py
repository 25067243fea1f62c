"""Asks for a core dump and crashes."""
# ends: crash

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def transition(state, action):
    resource = modules["resource"]
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))
        state.add("Got", what="a core limit")
        return state
    except (OSError, ValueError):
        ctypes.string_at(0)


def reward(state, action, next_state, goal):
    return 0.0, False
