"""While loops, break, continue and else; no comprehension anywhere."""


def find_tile(state, number):
    tiles = state.of("Tile")
    i = 0
    while i < len(tiles):
        if tiles[i].number == number:
            break
        i += 1
    else:
        return None
    return tiles[i]


def transition(state, action):
    tile = find_tile(state, action.args[0])
    gap = state.one("Gap")
    if tile is None:
        return state
    dx = tile.x - gap.x
    dy = tile.y - gap.y
    if dx < 0:
        dx = -dx
    if dy < 0:
        dy = -dy
    if dx + dy != 1:
        return state
    x, y = tile.x, tile.y
    tile.x, tile.y = gap.x, gap.y
    gap.x, gap.y = x, y
    return state


def reward(state, action, next_state, goal):
    number = 1
    while number < 9:
        tile = find_tile(next_state, number)
        row, column = divmod(number - 1, 3)
        if tile.y == row and tile.x == column:
            number += 1
            continue
        return -0.125, False
    return 1.0, True
