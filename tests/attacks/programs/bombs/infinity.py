"""Puts infinity into the state."""
# ends: ok
# says: finite|inf
# policy: passes


def transition(state, action):
    state.one("Agent").x = float("-inf")
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
