"""Puts a list into the state that is nested a hundred thousand deep."""
# ends: ok
# says: nested|Recursion
# policy: passes


def transition(state, action):
    nested = []
    for _ in range(100_000):
        nested = [nested]
    state.one("Agent").x = nested
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
