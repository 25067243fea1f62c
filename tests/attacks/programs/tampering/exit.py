"""Replaces the function that ends its process, to go on in its parents' code."""
# ends: ok crash timeout

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os._exit = lambda code: None
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
