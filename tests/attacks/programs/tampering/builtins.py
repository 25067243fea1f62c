"""Replaces the built-ins that checks are made of."""
# ends: ok crash malformed timeout load_error

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    builtins = modules["builtins"]
    builtins.isinstance = builtins.issubclass = builtins.all = builtins.any = lambda *a: True
    builtins.len = lambda x: 0
    builtins.repr = lambda x: "0"
    return []


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
