"""Answers without end."""
# ends: output

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    while True:
        os.write(3, b"x" * 65536)


def reward(state, action, next_state, goal):
    return 0.0, False
