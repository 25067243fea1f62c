"""Replaces the function that ends its process by one that never returns."""
# ends: timeout

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    def stay(code):
        while True:
            pass

    os._exit = stay
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
