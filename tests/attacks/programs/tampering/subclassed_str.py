"""Puts texts into the state that say one thing and are another."""
# ends: ok
# policy: passes


class Liar(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def encode(self, *a):
        return b'\xff"}]'

    def __repr__(self):
        return '"'


def transition(state, action):
    state.one("Agent").x = Liar("2")
    state.add(Liar("Agent"), x=1)
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
