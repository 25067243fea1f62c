"""Never finishes saying what it is uncertain of."""
# ends: timeout
# policy: passes


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    return 0.0, False


def uncertain(state, action):
    while True:
        pass
