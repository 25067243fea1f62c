"""Says how it failed in JSON nested a hundred thousand deep."""
# ends: load_error

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os.write(3, b"load_error " + b"[" * 100_000 + b"\nend")
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
