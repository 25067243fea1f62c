"""Calls itself without end."""
# ends: ok
# says: RecursionError
# policy: passes


def transition(state, action):
    def fall():
        return fall()

    fall()


def reward(state, action, next_state, goal):
    return 0.0, False
