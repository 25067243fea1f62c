"""Writes a file wherever it may."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = []
    for folder in (
        "/",
        "/tmp",
        "/var/tmp",
        "/dev/shm",
        "/run",
        "/home",
        "/root",
        "/etc",
        ".",
        sys.prefix,
        "/proc/self",
    ):
        try:
            os.close(os.open(folder.rstrip("/") + "/worldsmith-attack", os.O_CREAT | os.O_WRONLY, 0o600))
            got.append(folder)
        except OSError:
            pass
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
