"""Puts a number into the state that is none."""
# ends: ok
# says: finite|nan
# policy: passes


def transition(state, action):
    state.one("Agent").x = float("nan")
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
