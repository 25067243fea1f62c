"""Puts an object into the state that never finishes comparing."""
# ends: timeout
# policy: passes


class Endless:
    def __hash__(self):
        return 1

    def __eq__(self, other):
        while True:
            pass


def transition(state, action):
    table = {Endless(): 1}
    return table[Endless()]


def reward(state, action, next_state, goal):
    return 0.0, False
