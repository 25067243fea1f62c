"""Raises errors that were caused by errors, ten thousand deep."""
# ends: ok crash


def transition(state, action):
    error = None
    for _ in range(10_000):
        following = ValueError("link")
        following.__cause__ = error
        error = following
    raise error


def reward(state, action, next_state, goal):
    return 0.0, False
