"""Fills the memory with small objects."""
# ends: memory timeout
# policy: passes


def transition(state, action):
    held = []
    while True:
        held.append([held])


def reward(state, action, next_state, goal):
    return 0.0, False
