"""Matches a pattern that backtracks for ever, inside C."""
# ends: timeout
# policy: passes

import re


def transition(state, action):
    re.match(r"(a+)+$", "a" * 64 + "b")
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
