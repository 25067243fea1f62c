"""Makes up new states without end while a plan is searched, each more slowly."""
# ends: ok timeout
# task: plan
# policy: passes


def transition(state, action):
    state.one("Agent").x += 1
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
