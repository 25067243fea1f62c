"""Answers a row of a million empty lists."""
# ends: malformed output

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def put(data):
    while data:
        data = data[os.write(3, data) :]


def transition(state, action):
    row = b"\n[" + b"[]," * 1_000_000 + b"[]]"
    put(b'ok ""')
    for _ in range(1):
        put(row)
    put(b"\n0" * 17 + b"\nend")
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
