"""Answers numbers too large for a float."""
# ends: malformed

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    os.write(3, b'ok ""\n' + b'[[],[["Agent",{"x":1e999}]]]\n' * 17 + b"0\nend")
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
