"""A move that does not go raises an exception of its own, which is caught."""


class CannotMove(Exception):
    def __init__(self, why, x, y):
        super().__init__(f"{why} at {x}, {y}")
        self.why = why


def what_is_at(state, x, y):
    kinds = [thing.type for thing in state.where(x=x, y=y)]
    return "Wall" if "Wall" in kinds else "Box" if "Box" in kinds else None


def move(state, thing, dx, dy, may_push):
    x, y = thing.x + dx, thing.y + dy
    found = what_is_at(state, x, y)
    if found == "Wall":
        raise CannotMove("a wall is", x, y)
    if found == "Box":
        if not may_push:
            raise CannotMove("a box is", x, y)
        move(state, state.where(type="Box", x=x, y=y)[0], dx, dy, may_push=False)
    thing.x, thing.y = x, y


def transition(state, action):
    way = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
    try:
        move(state, state.one("Man"), *way[action.name], may_push=True)
    except CannotMove:
        pass
    return state


def reward(state, action, next_state, goal):
    def home(s):
        marks = {(m.x, m.y) for m in s.of("Mark")}
        return sum(1 for b in s.of("Box") if (b.x, b.y) in marks)

    gain = home(next_state) - home(state)
    done = home(next_state) == len(next_state.of("Box"))
    return gain * 0.25 + int(done), done
