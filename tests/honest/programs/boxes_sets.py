"""Sets of cells and set algebra."""

STEPS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


def cells(state, kind):
    return {(thing.x, thing.y) for thing in state.of(kind)}


def shift(cell, step):
    return cell[0] + step[0], cell[1] + step[1]


def transition(state, action):
    walls, boxes = cells(state, "Wall"), cells(state, "Box")
    (man,) = cells(state, "Man")
    step = STEPS[action.name]
    there = shift(man, step)
    if there in walls:
        return state
    if there in boxes:
        beyond = shift(there, step)
        if beyond in walls | boxes:
            return state
        (box,) = state.where(type="Box", x=there[0], y=there[1])
        box.x, box.y = beyond
    player = state.one("Man")
    player.x, player.y = there
    return state


def reward(state, action, next_state, goal):
    before = len(cells(state, "Box") & cells(state, "Mark"))
    after = len(cells(next_state, "Box") & cells(next_state, "Mark"))
    done = cells(next_state, "Box") <= cells(next_state, "Mark")
    return 0.25 * (after - before) + done, done
