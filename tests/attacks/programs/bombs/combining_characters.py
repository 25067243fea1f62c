"""Puts a letter with a hundred thousand accents into the state."""
# ends: ok malformed output
# policy: passes


def transition(state, action):
    state.one("Agent").x = "e" + "\u0301" * 100_000
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
