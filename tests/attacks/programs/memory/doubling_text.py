"""Doubles a text until nothing is left."""
# ends: memory
# policy: passes


def transition(state, action):
    text = "x"
    while True:
        text += text


def reward(state, action, next_state, goal):
    return 0.0, False
