"""Imports modules that nobody loaded for it."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    got = []
    for name in ("socket", "sqlite3", "urllib.request", "multiprocessing", "xmlrpc.client", "synth_server.keys"):
        try:
            modules["importlib"].import_module(name)
            got.append(name)
        except (ImportError, OSError, AttributeError):
            pass
    return [name for name in got if name not in modules]


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
