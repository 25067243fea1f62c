"""Lists the folders of its machine."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = []
    for path in ("/", "/root", "/home", "/etc", "/proc", "/sys", "."):
        try:
            got += os.listdir(path)
        except OSError:
            pass
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
