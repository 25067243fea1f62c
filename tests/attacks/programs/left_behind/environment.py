"""Changes environment and decimal context, and looks for it."""
# ends: ok

import collections

sys = collections._sys
modules = sys.modules
os = modules["os"]
import decimal

found = [os.environ.get("LEFT_BEHIND"), decimal.getcontext().prec == 7 or None]
os.environ["LEFT_BEHIND"] = "yes"
decimal.getcontext().prec = 7
decimal.DefaultContext.prec = 7


def transition(state, action):
    for one in found:
        if one is not None:
            state.add("Got", what=str(one))
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
