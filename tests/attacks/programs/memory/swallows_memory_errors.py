"""Holds all the memory that it can get, and swallows the errors."""
# ends: timeout memory
# policy: passes


def transition(state, action):
    held = []
    while True:
        try:
            held.append(bytearray(1 << 20))
        except MemoryError:
            pass


def reward(state, action, next_state, goal):
    return 0.0, False
