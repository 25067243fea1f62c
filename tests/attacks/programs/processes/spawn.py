"""Has another program started."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def attack():
    got = []
    for path in (sys.executable or "/usr/bin/python3", "/bin/sh"):
        try:
            got.append(os.posix_spawn(path, [path], {}))
        except OSError:
            pass
    return got + ([] if libc.system(b"true") in (-1, 0x7F00, 256) else ["a shell"])


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
