"""Traces every call of the code that runs it, and changes what it sees."""
# ends: ok crash malformed

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]


def transition(state, action):
    def trace(frame, event, value):
        frame.f_trace_lines = True
        for item in frame.f_locals.values():
            if type(item) is list:
                item.clear()
        return trace

    sys.settrace(trace)
    frame = sys._getframe()
    while frame is not None:
        frame.f_trace = trace
        frame = frame.f_back
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
