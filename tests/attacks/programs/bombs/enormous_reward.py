"""Rewards by an integer that no float holds."""
# ends: ok
# task: rewards
# says: finite|reward|large
# policy: passes


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    return 10**400, True
