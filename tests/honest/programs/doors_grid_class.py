"""A grid class built from the state with sets of cells, and an operator for positions."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Pos:
    x: int
    y: int

    def __add__(self, other):
        return Pos(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Pos(self.x - other.x, self.y - other.y)

    def __abs__(self):
        return abs(self.x) + abs(self.y)


WAYS = {"up": Pos(0, -1), "down": Pos(0, 1), "left": Pos(-1, 0), "right": Pos(1, 0)}


def pos(obj):
    return Pos(obj.x, obj.y)


class Grid:
    def __init__(self, state):
        self.state = state
        self.agent = state.one("Agent")
        self.walls = {pos(wall) for wall in state.of("Wall")}
        self.shut = {pos(door) for door in state.of("Door") if not door.open}

    def __contains__(self, cell):
        return cell not in self.walls and cell not in self.shut

    def move(self, way):
        target = pos(self.agent) + WAYS[way]
        if target in self:
            self.agent.x, self.agent.y = target.x, target.y

    def pick(self):
        keys = [key for key in self.state.of("Key") if pos(key) == pos(self.agent)]
        if keys and self.agent.carrying is None:
            self.agent.carrying = keys[0].colour
            self.state.remove(keys[0])

    def open(self):
        for door in self.state.of("Door"):
            if abs(pos(door) - pos(self.agent)) == 1 and door.colour == self.agent.carrying:
                door.open = True


def transition(state, action):
    getattr(Grid(state), action.name)(*action.args)
    return state


def reward(state, action, next_state, goal):
    words = goal.split()
    if words[0] == "reach":
        done = pos(next_state.one("Agent")) in {pos(e) for e in next_state.of("Exit")}
    else:
        done = bool(next_state.where(type="Door", colour=words[2], open=True))
    return float(done), done
