"""The board as a string of digits, slid by string replacement."""

from worldsmith_runtime import Object, State

ORDER = "12345678."


def to_text(state):
    marks = {(tile.x, tile.y): str(tile.number) for tile in state.of("Tile")}
    return "".join(marks.get((x, y), ".") for y in range(3) for x in range(3))


def to_state(text):
    parts = []
    for i, mark in enumerate(text):
        y, x = divmod(i, 3)
        if mark == ".":
            parts.append(Object("Gap", x=x, y=y))
        else:
            parts.append(Object("Tile", number=int(mark), x=x, y=y))
    return State(parts)


def transition(state, action):
    text = to_text(state)
    mark = str(action.args[0])
    i, j = text.index(mark), text.index(".")
    side_by_side = abs(i - j) == 1 and i // 3 == j // 3
    if side_by_side or abs(i - j) == 3:
        text = text.replace(mark, "?").replace(".", mark).replace("?", ".")
    return to_state(text)


def reward(state, action, next_state, goal):
    solved = to_text(next_state) == ORDER
    return (1.0 if solved else -0.125), solved
