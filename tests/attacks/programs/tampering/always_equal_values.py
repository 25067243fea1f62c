"""Puts values into the state that equal everything."""
# ends: ok
# says: Error|Same|value
# policy: passes


class Same:
    __hash__ = None

    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return True


def transition(state, action):
    state.one("Agent").x = Same()
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
