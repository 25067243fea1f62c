"""Becomes another program."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    for path in (sys.executable, "/proc/self/exe", "/bin/sh", "/usr/bin/python3"):
        try:
            os.execv(path, [path, "-c", "print('Got')"])
        except (OSError, ValueError):
            pass
    return []


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
