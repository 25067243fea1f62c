"""Uses the descriptors that it has as if they were sockets."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def attack():
    space = ctypes.create_string_buffer(16)
    return [fd for fd in range(256) if libc.sendto(fd, b"x", 1, 0, None, 0) == 1 or libc.recv(fd, space, 1, 64) > 0]


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
