"""Starts threads for as long as it may."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = 0
    for _ in range(100):
        try:
            modules["_thread"].start_new_thread(modules["time"].sleep, (1,))
            got += 1
        except RuntimeError:
            break
    return [f"{got} threads"] if got else []


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
