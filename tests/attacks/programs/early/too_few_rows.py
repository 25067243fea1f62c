"""Leaves after an answer with too few rows."""
# ends: malformed

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os.write(3, b'ok ""\n' + b"0\n" * 8 + b"0\nend")
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
