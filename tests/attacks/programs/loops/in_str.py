"""Raises an error that never finishes saying what it is."""
# ends: timeout
# policy: passes


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def transition(state, action):
    raise Endless


def reward(state, action, next_state, goal):
    return 0.0, False
