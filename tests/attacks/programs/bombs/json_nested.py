"""Answers JSON that is nested ten thousand deep."""
# ends: malformed

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os.write(3, b'ok ""\n' + b"[" * 10_000 + b"]" * 10_000 + b"\nend")
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
