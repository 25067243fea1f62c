"""Writes an integer of a million digits out."""
# ends: timeout ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    sys.set_int_max_str_digits(0)
    return str(10**1_000_000 - 1) and str(7**2_000_000)


def reward(state, action, next_state, goal):
    return 0.0, False
