"""Never finishes a reward."""
# ends: timeout
# task: rewards
# policy: passes


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    while True:
        pass
