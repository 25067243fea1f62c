"""Removes one object two hundred thousand times from every state."""
# ends: malformed output

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def put(data):
    while data:
        data = data[os.write(3, data) :]


def transition(state, action):
    row = b"\n[[" + b"0," * 200_000 + b"0],[]]"
    put(b'ok ""')
    for _ in range(18):
        put(row)
    put(b"\n0" * 0 + b"\nend")
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
