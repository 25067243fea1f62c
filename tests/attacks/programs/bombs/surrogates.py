"""Puts half a character into the state."""
# ends: ok
# says: surrogate
# policy: passes


def transition(state, action):
    state.one("Agent").x = "\ud800"
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
