"""Never ends."""
# ends: timeout
# policy: passes


def transition(state, action):
    while True:
        pass


def reward(state, action, next_state, goal):
    return 0.0, False
