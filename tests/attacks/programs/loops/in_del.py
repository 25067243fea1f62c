"""Drops an object that never finishes dying."""
# ends: timeout


class Endless:
    def __del__(self):
        while True:
            pass


def transition(state, action):
    Endless()
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
