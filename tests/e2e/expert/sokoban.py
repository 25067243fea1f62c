"""Boxes that are pushed onto targets: the rules of gym-sokoban, as a person would write them."""

from worldsmith_runtime import UnknownGoal

WAYS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


def on_target(state):
    """How many boxes stand on targets."""
    return sum(1 for box in state.of("Box") if state.where(type="Target", x=box.x, y=box.y))


def is_blocked(state, x, y):
    """Whether nothing can go there."""
    return bool(state.where(type="Wall", x=x, y=y) or state.where(type="Box", x=x, y=y))


def transition(state, action):
    verb, _, way = action.name.partition(" ")
    if not way:
        return state
    dx, dy = WAYS[way]
    player = state.one("Player")
    x, y = player.x + dx, player.y + dy
    for box in state.where(type="Box", x=x, y=y):
        if verb == "push" and not is_blocked(state, x + dx, y + dy):
            box.x, box.y = x + dx, y + dy
    if not is_blocked(state, x, y):
        player.x, player.y = x, y
    return state


def reward(state, action, next_state, goal):
    if goal == "push every box onto a target":
        gained = on_target(next_state) - on_target(state)
        if on_target(next_state) == len(next_state.of("Box")):
            return round(-0.1 + gained + 10.0, 6), True
        return round(-0.1 + gained, 6), False
    if goal == "push one box onto a target":
        return (1.0, True) if on_target(next_state) else (0.0, False)
    raise UnknownGoal(goal)
