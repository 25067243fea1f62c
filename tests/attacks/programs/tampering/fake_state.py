"""Returns something that only looks like a state."""
# ends: ok
# says: State|state


class Fake:
    __class__ = property(lambda self: type(None))

    def __getattr__(self, name):
        return lambda *a, **k: self


def transition(state, action):
    return Fake()


def reward(state, action, next_state, goal):
    return 0.0, False
