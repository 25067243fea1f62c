"""Answers bytes that are no text."""
# ends: malformed

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os.write(3, b'ok ""\n' + bytes(range(128, 256)) + b"\nend")
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
