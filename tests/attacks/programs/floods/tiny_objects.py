"""Adds fifty thousand objects of eight bytes to every state."""
# ends: malformed output

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def put(data):
    while data:
        data = data[os.write(3, data) :]


def transition(state, action):
    row = b"\n[[],[" + b'["A",{}],' * 50_000 + b'["A",{}]]]'
    put(b'ok ""')
    for _ in range(18):
        put(row)
    put(b"\n0" * 0 + b"\nend")
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
