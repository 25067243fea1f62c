"""A key, a locked door, a goal behind it: the rules of MiniGrid's DoorKey, as a person would write them."""

from worldsmith_runtime import UnknownGoal

STEPS = {0: (1, 0), 1: (0, 1), 2: (-1, 0), 3: (0, -1)}


def ahead(state, agent):
    """The cell before the agent, and what stands there."""
    dx, dy = STEPS[agent.dir]
    x, y = agent.x + dx, agent.y + dy
    return x, y, [obj for obj in state.where(x=x, y=y) if obj.type != "Agent"]


def is_free(things):
    """Whether one can walk over all of these."""
    return all(obj.type == "Goal" or (obj.type == "Door" and obj.state == "open") for obj in things)


def toggle(agent, door):
    """A locked door opens to the key of its color."""
    if door.state == "locked":
        if agent.carrying is not None and agent.carrying.color == door.color:
            door.state = "open"
    else:
        door.state = "closed" if door.state == "open" else "open"


def transition(state, action):
    agent = state.one("Agent")
    x, y, things = ahead(state, agent)
    if action == "left":
        agent.dir = (agent.dir - 1) % 4
    elif action == "right":
        agent.dir = (agent.dir + 1) % 4
    elif action == "forward":
        if is_free(things):
            agent.x, agent.y = x, y
    elif action == "pickup":
        for obj in things:
            if obj.type == "Key" and agent.carrying is None:
                agent.carrying = {"type": "Key", "color": obj.color}
                state.remove(obj)
    elif action == "drop":
        if not things and agent.carrying is not None:
            state.add(agent.carrying.type, x=x, y=y, color=agent.carrying.color)
            agent.carrying = None
    elif action == "toggle":
        for obj in things:
            if obj.type == "Door":
                toggle(agent, obj)
    return state


def reward(state, action, next_state, goal):
    agent = next_state.one("Agent")
    if goal == "use the key to open the door and then get to the goal":
        won = any(spot.x == agent.x and spot.y == agent.y for spot in next_state.of("Goal"))
        return (1.0, True) if won else (0.0, False)
    if goal == "get the yellow key":
        won = agent.carrying is not None and agent.carrying.type == "Key" and agent.carrying.color == "yellow"
        return (1.0, True) if won else (0.0, False)
    raise UnknownGoal(goal)
