"""Guard clauses, walrus and f-strings, with actions() and uncertain() besides."""

from worldsmith_runtime import Action, State

STEP = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def cell(state: State, x: int, y: int, kind: str):
    return found[0] if (found := state.where(type=kind, x=x, y=y)) else None


def transition(state: State, action: Action) -> State:
    me = state.one("Agent")
    if action.name == "move":
        dx, dy = STEP[action.args[0]]
        if cell(state, me.x + dx, me.y + dy, "Wall"):
            return state
        if (door := cell(state, me.x + dx, me.y + dy, "Door")) and not door.open:
            return state
        me.x += dx
        me.y += dy
        return state
    if action.name == "pick":
        if me.carrying is not None or not (key := cell(state, me.x, me.y, "Key")):
            return state
        me.carrying = key.colour
        state.remove(key)
        return state
    for dx, dy in STEP.values():
        door = cell(state, me.x + dx, me.y + dy, "Door")
        if door and f"{door.colour} key" == f"{me.carrying} key":
            door.open = True
    return state


def reward(state: State, action: Action, next_state: State, goal: str) -> tuple[float, bool]:
    me = next_state.one("Agent")
    if goal == "reach the exit" and cell(next_state, me.x, me.y, "Exit"):
        return 1.0, True
    if any(door.open and goal == f"open the {door.colour} door" for door in next_state.of("Door")):
        return 1.0, True
    return 0.0, False


def actions(state: State) -> list[Action]:
    moves = [Action("move", [way]) for way in STEP]
    return [*moves, Action("pick"), Action("open")]


def uncertain(state: State, action: Action) -> str | None:
    colours = {key.colour for key in state.of("Key")} - {"red", "blue"}
    return f"keys of colour {min(colours)} were never seen" if colours else None
