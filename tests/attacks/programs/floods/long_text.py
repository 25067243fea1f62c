"""Returns a state with a text of eight megabytes."""
# ends: output malformed ok memory
# policy: passes


def transition(state, action):
    state.one("Agent").x = "x" * (8 << 20)
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
