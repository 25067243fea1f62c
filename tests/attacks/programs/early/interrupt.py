"""Raises KeyboardInterrupt."""
# ends: crash
# policy: passes


def transition(state, action):
    raise KeyboardInterrupt


def reward(state, action, next_state, goal):
    return 0.0, False
