"""Changes the inputs of the rows that come after it."""
# ends: ok crash malformed

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    frame = sys._getframe()
    while frame is not None:
        inputs = frame.f_locals.get("inputs")
        for other in getattr(inputs, "states", ()):
            for thing in list(other):
                try:
                    other.remove(thing)
                except Exception:
                    pass
        frame = frame.f_back
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
