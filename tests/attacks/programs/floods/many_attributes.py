"""Adds an object of a hundred thousand attributes to every state."""
# ends: malformed output

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def put(data):
    while data:
        data = data[os.write(3, data) :]


def transition(state, action):
    row = b'\n[[],[["A",{' + b",".join(b'"%x":0' % i for i in range(100_000)) + b"}]]]"
    put(b'ok ""')
    for _ in range(18):
        put(row)
    put(b"\n0" * 0 + b"\nend")
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
