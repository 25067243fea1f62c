"""A string enum for directions with properties, and a set for blocked cells."""

from enum import StrEnum, auto


class Way(StrEnum):
    UP = auto()
    DOWN = auto()
    LEFT = auto()
    RIGHT = auto()

    @property
    def vector(self):
        if self in (Way.UP, Way.DOWN):
            return (0, 1 if self is Way.DOWN else -1)
        return (1 if self is Way.RIGHT else -1, 0)


def neighbours(x, y):
    return {(x + way.vector[0], y + way.vector[1]) for way in Way}


def transition(state, action):
    agent = state.one("Agent")
    if action.name == "move":
        dx, dy = Way(action.args[0]).vector
        blocked = {(o.x, o.y) for o in state if o.type == "Wall" or (o.type == "Door" and o.open is False)}
        if (agent.x + dx, agent.y + dy) not in blocked:
            agent.x, agent.y = agent.x + dx, agent.y + dy
    elif action.name == "open":
        around = neighbours(agent.x, agent.y)
        for door in state.of("Door"):
            if (door.x, door.y) in around and agent.carrying == door.colour:
                door.open = True
    else:
        _take_key(state, agent)
    return state


def _take_key(state, agent, *, limit=1):
    _held = 0 if agent.carrying is None else 1
    for key in state.where(type="Key", x=agent.x, y=agent.y):
        if _held < limit:
            agent.carrying = key.colour
            state.remove(key)
            _held += 1


def reward(state, action, next_state, goal):
    agent = next_state.one("Agent")
    done = False
    if goal.endswith("exit"):
        done = (agent.x, agent.y) in [(o.x, o.y) for o in next_state.of("Exit")]
    elif goal.endswith("door"):
        wanted = goal.split()[2]
        done = not all(not (door.open and door.colour == wanted) for door in next_state.of("Door"))
    return 1.0 * done, done
