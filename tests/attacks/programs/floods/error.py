"""Raises an error of ten megabytes."""
# ends: ok
# says: ValueError: xxx
# policy: passes


def transition(state, action):
    raise ValueError("x" * (10 << 20))


def reward(state, action, next_state, goal):
    return 0.0, False
