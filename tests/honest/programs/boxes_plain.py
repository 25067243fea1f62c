"""Push rules written out."""

MOVES = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


def transition(state, action):
    man = state.one("Man")
    dx, dy = MOVES[action.name]
    x, y = man.x + dx, man.y + dy
    if state.where(type="Wall", x=x, y=y):
        return state
    boxes = state.where(type="Box", x=x, y=y)
    if boxes:
        bx, by = x + dx, y + dy
        if state.where(type="Wall", x=bx, y=by) or state.where(type="Box", x=bx, y=by):
            return state
        boxes[0].x = bx
        boxes[0].y = by
    man.x = x
    man.y = y
    return state


def count(state):
    n = 0
    for box in state.of("Box"):
        if state.where(type="Mark", x=box.x, y=box.y):
            n += 1
    return n


def reward(state, action, next_state, goal):
    before = count(state)
    after = count(next_state)
    r = 0.25 * (after - before)
    if after == len(next_state.of("Box")):
        return r + 1.0, True
    return r, False
