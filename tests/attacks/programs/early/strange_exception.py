"""Raises what is no ordinary exception."""
# ends: ok
# says: Strange
# policy: passes


class Strange(BaseException):
    pass


def transition(state, action):
    raise Strange("x")


def reward(state, action, next_state, goal):
    return 0.0, False
