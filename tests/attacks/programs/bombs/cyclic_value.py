"""Puts a list into the state that holds itself."""
# ends: ok
# says: nested|Recursion|deep
# policy: passes


def transition(state, action):
    cycle = []
    cycle.append(cycle)
    state.one("Agent").x = cycle
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
