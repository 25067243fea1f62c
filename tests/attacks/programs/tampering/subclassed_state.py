"""Returns a state of a class of its own, which lies about what it holds."""
# ends: ok
# policy: passes

from worldsmith_runtime import State


class Liar(State):
    def __eq__(self, other):
        return True

    def key(self):
        return ()

    def copy(self):
        return self


def transition(state, action):
    return Liar(list(state))


def reward(state, action, next_state, goal):
    return 0.0, False
