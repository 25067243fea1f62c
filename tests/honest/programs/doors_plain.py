"""Straight rules with a table of directions and helper functions."""

DELTAS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


def blocked(state, x, y):
    for obj in state.where(x=x, y=y):
        if obj.type == "Wall":
            return True
        if obj.type == "Door" and not obj.open:
            return True
    return False


def transition(state, action):
    agent = state.one("Agent")
    if action.name == "move":
        dx, dy = DELTAS[action.args[0]]
        if not blocked(state, agent.x + dx, agent.y + dy):
            agent.x += dx
            agent.y += dy
    elif action.name == "pick":
        if agent.carrying is None:
            for key in state.where(type="Key", x=agent.x, y=agent.y):
                agent.carrying = key.colour
                state.remove(key)
                break
    elif action.name == "open":
        for door in state.of("Door"):
            near = abs(door.x - agent.x) + abs(door.y - agent.y) == 1
            if near and door.colour == agent.carrying:
                door.open = True
    return state


def reward(state, action, next_state, goal):
    agent = next_state.one("Agent")
    if goal == "reach the exit":
        won = any(e.x == agent.x and e.y == agent.y for e in next_state.of("Exit"))
    elif goal.startswith("open the ") and goal.endswith(" door"):
        colour = goal.split()[2]
        won = any(d.open for d in next_state.of("Door") if d.colour == colour)
    else:
        won = False
    return (1.0, True) if won else (0.0, False)
