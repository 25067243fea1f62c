"""Asks the kernel for alarms and a higher priority."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
ctypes = modules["ctypes"]
libc = ctypes.CDLL(None, use_errno=True)


def attack():
    got = []
    for name, arguments in (("alarm", (1,)), ("setpriority", (0, 0, -20)), ("sched_setscheduler", (0, 1, 0))):
        if getattr(libc, name)(*arguments) not in (-1, 0) or (name != "alarm" and ctypes.get_errno() != 1):
            got.append(name)
    return got


def transition(state, action):
    for one in attack():
        state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
