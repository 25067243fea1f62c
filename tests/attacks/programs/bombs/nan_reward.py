"""Rewards by a number that is none."""
# ends: ok
# task: rewards
# says: finite|nan|NaN
# policy: passes


def transition(state, action):
    return state


def reward(state, action, next_state, goal):
    return float("nan"), True
