"""Marks modules, and looks for the marks of an earlier program."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
import json

import worldsmith_runtime

found = [hasattr(place, "mark") for place in (json, sys, os, worldsmith_runtime, worldsmith_runtime.State)]
for place in (json, sys, os, worldsmith_runtime, worldsmith_runtime.State):
    place.mark = True


def transition(state, action):
    if any(found):
        state.add("Got", what=str(found))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
