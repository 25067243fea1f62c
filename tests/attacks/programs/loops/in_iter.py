"""Returns a state that never stops iterating."""
# ends: timeout ok
# policy: passes

from worldsmith_runtime import State


class Endless(State):
    def __iter__(self):
        while True:
            yield next(iter(self.of("Agent")))


def transition(state, action):
    return Endless(list(state))


def reward(state, action, next_state, goal):
    return 0.0, False
