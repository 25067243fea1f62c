"""Maps memory by system calls, around Python's allocator."""
# ends: ok memory crash

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def transition(state, action):
    got = 0
    while libc.mmap(None, ctypes.c_size_t(1 << 24), 3, 0x22, -1, 0) != -1 and got < 1000:
        got += 1
    if got * 16 > 512:
        state.add("Got", what=f"{16 * got} MiB")
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
