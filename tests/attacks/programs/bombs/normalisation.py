"""Uses names that look alike, and one that is nothing but marks."""
# ends: ok malformed
# policy: passes


def transition(state, action):
    state.add("\u212bgent", **{"\u200b": 1, "\u202ex": 2, "\x00": 3})
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
