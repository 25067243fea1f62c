"""The goal position of each tile in a dict of coordinates."""

GOAL = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (0, 1), 5: (1, 1), 6: (2, 1), 7: (0, 2), 8: (1, 2)}


def adjacent(a, b):
    return (a.x == b.x and a.y - b.y in (-1, 1)) or (a.y == b.y and a.x - b.x in (-1, 1))


def swap(a, b):
    a.x, b.x = b.x, a.x
    a.y, b.y = b.y, a.y


def transition(state, action):
    gap = state.one("Gap")
    tile = state.where(type="Tile", number=action.args[0])[0]
    if adjacent(tile, gap):
        swap(tile, gap)
    return state


def reward(state, action, next_state, goal):
    home = all(GOAL[tile.number] == (tile.x, tile.y) for tile in next_state.of("Tile"))
    return (1.0, True) if home else (-0.125, False)
