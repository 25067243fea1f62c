"""Positions as complex numbers, directions as powers of i."""

UP = -1j
TURNS = {"right": 1 + 0j, "down": 1j, "left": -1 + 0j, "up": UP}


def place(thing) -> complex:
    return complex(thing.x, thing.y)


def things(state, kind, where):
    return [thing for thing in state.of(kind) if place(thing) == where]


def transition(state, action):
    agent = state.one("Agent")
    here = place(agent)
    if action.name == "move":
        there = here + TURNS[action.args[0]]
        closed = [door for door in things(state, "Door", there) if not door.open]
        if not things(state, "Wall", there) and not closed:
            agent.x, agent.y = int(there.real), int(there.imag)
    if action.name == "pick" and agent.carrying is None:
        for key in things(state, "Key", here):
            agent.carrying = key.colour
            state.remove(key)
    if action.name == "open":
        for turn in TURNS.values():
            for door in things(state, "Door", here + turn):
                door.open = door.open or door.colour == agent.carrying
    return state


def reward(state, action, next_state, goal):
    if "exit" in goal:
        won = bool(things(next_state, "Exit", place(next_state.one("Agent"))))
    else:
        won = any(door.open for door in next_state.of("Door") if f" {door.colour} " in goal)
    return (1.0, True) if won else (0.0, False)
