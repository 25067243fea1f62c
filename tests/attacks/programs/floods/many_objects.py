"""Returns a state of two hundred thousand objects, row after row."""
# ends: output timeout memory
# policy: passes


def transition(state, action):
    for number in range(200_000):
        state.add("Junk", number=number, name="x" * 100)
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
