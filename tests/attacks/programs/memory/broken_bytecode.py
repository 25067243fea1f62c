"""Runs bytecode that no compiler wrote."""
# ends: crash ok memory timeout

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    def victim():
        return 1

    victim.__code__ = victim.__code__.replace(co_code=bytes((100, 255)) * 40, co_consts=())
    victim()
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
