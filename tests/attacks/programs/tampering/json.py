"""Replaces the functions of json."""
# ends: ok malformed crash

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    import json

    json.dumps = json.loads = lambda *a, **k: "[]"
    json.encoder.JSONEncoder.encode = lambda *a: "[]"
    return []


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
