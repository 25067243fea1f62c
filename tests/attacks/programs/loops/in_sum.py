"""Adds up numbers without end, inside C."""
# ends: timeout
# policy: passes

import itertools


def transition(state, action):
    return sum(itertools.count())


def reward(state, action, next_state, goal):
    return 0.0, False
