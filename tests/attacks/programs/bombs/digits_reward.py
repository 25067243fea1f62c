"""Rewards by an integer of 5,000 digits, as text and as a number."""
# ends: ok
# task: rewards
# says: finite|reward|large
# policy: passes


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    return int("9" * 4_000) * 10**1_000, True
