"""Patterns over actions with arguments, and over the attributes of objects."""

from worldsmith_runtime import UnknownGoal


def ahead(agent, way):
    match way:
        case "up":
            return agent.x, agent.y - 1
        case "down":
            return agent.x, agent.y + 1
        case "left":
            return agent.x - 1, agent.y
        case "right":
            return agent.x + 1, agent.y
    raise ValueError(way)


def passable(thing):
    match thing:
        case _ if thing.type == "Wall":
            return False
        case _ if thing.type == "Door":
            return thing.open
        case _:
            return True


def transition(state, action):
    agent = state.one("Agent")
    match (action.name, *action.args):
        case ("move", way):
            x, y = ahead(agent, way)
            if all(passable(thing) for thing in state.where(x=x, y=y)):
                agent.x, agent.y = x, y
        case ("pick",) if agent.carrying is None:
            for key in state.where(type="Key", x=agent.x, y=agent.y)[:1]:
                agent.carrying = key.colour
                state.remove(key)
        case ("open",):
            for way in ("up", "down", "left", "right"):
                x, y = ahead(agent, way)
                for door in state.where(type="Door", x=x, y=y, colour=agent.carrying):
                    door.open = True
    return state


def reward(state, action, next_state, goal):
    agent = next_state.one("Agent")
    match goal.split():
        case ["reach", "the", "exit"]:
            won = bool(next_state.where(type="Exit", x=agent.x, y=agent.y))
        case ["open", "the", colour, "door"]:
            won = bool(next_state.where(type="Door", colour=colour, open=True))
        case _:
            raise UnknownGoal(goal)
    return (1.0 if won else 0.0), won
