"""Is uncertain in ten megabytes."""
# ends: output malformed ok memory
# policy: passes


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    return 0.0, False


def uncertain(state, action):
    return "?" * (10 << 20)
