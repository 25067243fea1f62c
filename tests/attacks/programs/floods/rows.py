"""Answers more rows than were asked for."""
# ends: malformed output

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os.write(3, b'ok ""\n' + b"0\n" * 1_000_000 + b"end")
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
