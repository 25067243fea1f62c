"""The rules of Sokoban, as a model."""

STEPS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


def transition(state, action):
    """The next state."""
    verb, _, way = action.name.partition(" ")
    if way not in STEPS:
        return state
    dx, dy = STEPS[way]
    player = state.one("Player")
    x, y = player.x + dx, player.y + dy
    ahead = state.where(x=x, y=y)
    if any(thing.type == "Wall" for thing in ahead):
        return state
    for box in ahead:
        if box.type == "Box":
            beyond = state.where(x=x + dx, y=y + dy)
            if verb != "push" or any(thing.type in ("Wall", "Box") for thing in beyond):
                return state
            box.x, box.y = x + dx, y + dy
            break
    player.x, player.y = x, y
    return state


def on_target(state):
    """How many boxes are on targets, and how many targets there are."""
    targets = {(target.x, target.y) for target in state.of("Target")}
    return sum((box.x, box.y) in targets for box in state.of("Box")), len(targets)


def reward(state, action, next_state, goal):
    """Reward and end."""
    before, _ = on_target(state)
    after, wanted = on_target(next_state)
    done = after == wanted
    return round(-0.1 + (after - before) + (10.0 if done else 0.0), 6), done
