"""Asks to exit."""
# ends: crash
# policy: passes


def transition(state, action):
    raise SystemExit(0)


def reward(state, action, next_state, goal):
    return 0.0, False
