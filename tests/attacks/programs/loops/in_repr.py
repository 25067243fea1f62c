"""Raises a KeyError whose key never finishes showing itself."""
# ends: timeout
# policy: passes


class Endless:
    def __repr__(self):
        while True:
            pass


def transition(state, action):
    raise KeyError(Endless())


def reward(state, action, next_state, goal):
    return 0.0, False
