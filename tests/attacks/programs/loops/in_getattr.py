"""Returns something whose every attribute takes for ever."""
# ends: timeout ok


class Endless:
    def __getattribute__(self, name):
        while True:
            pass


def transition(state, action):
    return Endless()


def reward(state, action, next_state, goal):
    return 0.0, False
