"""Calls itself twice at each level, sixty deep."""
# ends: timeout
# policy: passes


def fall(n):
    return fall(n - 1) + fall(n - 1) if n else 1


def transition(state, action):
    return fall(60)


def reward(state, action, next_state, goal):
    return 0.0, False
