"""Never ends, and swallows every exception."""
# ends: timeout
# policy: passes


def transition(state, action):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def reward(state, action, next_state, goal):
    return 0.0, False
