"""Puts a list into the state that doubles at each of thirty levels."""
# ends: memory timeout ok
# policy: passes


def transition(state, action):
    laugh = ["ha"]
    for _ in range(30):
        laugh = [laugh, laugh]
    state.one("Agent").x = laugh
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
