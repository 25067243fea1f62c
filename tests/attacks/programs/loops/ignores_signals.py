"""Never ends, and ignores every signal that can be ignored."""
# ends: timeout

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    signals = modules["signal"]
    for number in range(1, 65):
        try:
            signals.signal(number, signals.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass


def reward(state, action, next_state, goal):
    return 0.0, False
