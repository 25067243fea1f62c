"""Puts integers into the state that say one thing and are another."""
# ends: ok
# policy: passes


class Liar(int):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __int__(self):
        return 99

    def __index__(self):
        return 99

    def __repr__(self):
        return '2, "x": 7'


def transition(state, action):
    state.one("Agent").x = Liar(2)
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
