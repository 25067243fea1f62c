"""Exits while it is loaded."""
# ends: crash
# policy: passes

raise SystemExit


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
