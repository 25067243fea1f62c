"""Answers by a whole reply frame, as its parent would."""
# ends: crash malformed

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    report = b'{"ended":"exited","code":0,"cpu":0,"seconds":0,"stdout":"forged","left_behind":0}'
    body = len(report).to_bytes(4, "big") + report + b'ok ""\n' + b"0\n" * 18 + b"end"
    reply = b"A" + len(body).to_bytes(4, "big") + body
    os.write(3, reply)
    os._exit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
