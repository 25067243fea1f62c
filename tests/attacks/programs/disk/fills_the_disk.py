"""Writes one file until the disk is full."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = 0
    try:
        fd = os.open("/tmp/worldsmith-attack-fill", os.O_CREAT | os.O_WRONLY, 0o600)
        while got < 1 << 28:
            got += os.write(fd, bytes(1 << 20))
    except OSError:
        pass
    return [f"{got} bytes"] if got else []


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
