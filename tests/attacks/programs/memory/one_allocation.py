"""Asks for a terabyte at once."""
# ends: memory
# policy: passes


def transition(state, action):
    return bytes(1 << 40)


def reward(state, action, next_state, goal):
    return 0.0, False
