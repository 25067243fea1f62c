"""Prints terminal commands, lone surrogates and broken UTF-8."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    print("\x1b]0;owned\x07\x1b[2J", "\ud800")
    os.write(1, b"\xff\xfe\x00")
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
