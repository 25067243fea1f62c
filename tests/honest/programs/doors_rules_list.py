"""A list of condition and effect pairs, evaluated in order."""

VECTORS = dict(up=(0, -1), down=(0, 1), left=(-1, 0), right=(1, 0))


def target(agent, action):
    dx, dy = VECTORS[action.args[0]]
    return dict(x=agent.x + dx, y=agent.y + dy)


def is_free(state, action):
    agent = state.one("Agent")
    spot = target(agent, action)
    return not state.where(type="Wall", **spot) and not state.where(type="Door", open=False, **spot)


def go(state, action):
    agent = state.one("Agent")
    for name, value in target(agent, action).items():
        agent[name] = value


def has_key_below(state, action):
    agent = state.one("Agent")
    return agent.carrying is None and bool(state.where(type="Key", x=agent.x, y=agent.y))


def grab(state, action):
    agent = state.one("Agent")
    (key, *_rest) = state.where(type="Key", x=agent.x, y=agent.y)
    agent.carrying = key.colour
    state.remove(key)


def matching_doors(state, action=None):
    agent = state.one("Agent")
    near = [{"x": agent.x + dx, "y": agent.y + dy} for dx, dy in VECTORS.values()]
    return [door for spot in near for door in state.where(type="Door", colour=agent.carrying, **spot)]


def unlock(state, action):
    for door in matching_doors(state):
        door.open = True


RULES = [("move", is_free, go), ("pick", has_key_below, grab), ("open", matching_doors, unlock)]


def transition(state, action):
    for name, condition, effect in RULES:
        if action.name == name and condition(state, action):
            effect(state, action)
    return state


def reward(state, action, next_state, goal):
    agent = next_state.one("Agent")
    facts = {f"open the {door.colour} door" for door in next_state.of("Door") if door.open}
    facts |= {"reach the exit" for spot in next_state.of("Exit") if (spot.x, spot.y) == (agent.x, agent.y)}
    return (1.0, True) if goal in facts else (0.0, False)
