"""Puts values into the state that no state may hold."""
# ends: ok
# says: Error|value
# policy: passes


def transition(state, action):
    from decimal import Decimal

    state.one("Agent").x = [Decimal(1), 1j, b"x", {1, 2}, object(), {1: 2}]
    return state


def reward(state, action, next_state, goal):
    return 0.0, False
