"""Writes an answer of its own, and lets the real one follow."""
# ends: malformed crash

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os.write(3, b'ok ""\n' + b"0\n" * 17 + b"0\nend")
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
