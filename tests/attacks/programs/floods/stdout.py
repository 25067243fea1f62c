"""Prints without end."""
# ends: timeout
# policy: passes


def transition(state, action):
    while True:
        print("x" * 65536)


def reward(state, action, next_state, goal):
    return 0.0, False
