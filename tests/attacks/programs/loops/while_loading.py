"""Never finishes loading."""
# ends: timeout
# policy: passes

while True:
    pass


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
