"""Closes its own descriptors first, to have room for a file."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = []
    for fd in (0, 1, 2):
        os.close(fd)
    for path, flags in (("/tmp/worldsmith-attack", os.O_CREAT | os.O_RDWR), ("/dev/shm/worldsmith-attack", os.O_CREAT)):
        try:
            got.append(os.open(path, flags))
        except OSError:
            pass
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
