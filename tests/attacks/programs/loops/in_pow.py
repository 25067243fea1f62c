"""Raises a number to a power that takes for ever, inside C."""
# ends: timeout memory
# policy: passes


def transition(state, action):
    return 3 ** (10**8)


def reward(state, action, next_state, goal):
    return 0.0, False
