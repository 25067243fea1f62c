"""Looks a key up that never finishes hashing."""
# ends: timeout
# policy: passes


class Endless:
    def __hash__(self):
        while True:
            pass


def transition(state, action):
    return {}.get(Endless(), state)


def reward(state, action, next_state, goal):
    return 0.0, False
