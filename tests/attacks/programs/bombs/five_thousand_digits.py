"""Puts an integer of 5,000 digits into the state."""
# ends: ok
# says: 64|int|range
# policy: passes


def transition(state, action):
    state.one("Agent").x = 10**5_000
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
