"""Takes a little more, again and again."""
# ends: memory
# policy: passes


def transition(state, action):
    held = []
    while True:
        held.append(bytearray(b"x") * (1 << 16))


def reward(state, action, next_state, goal):
    return 0.0, False
