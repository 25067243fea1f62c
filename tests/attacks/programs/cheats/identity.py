"""Has no model: nothing ever changes."""
# ends: ok
# policy: passes


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
