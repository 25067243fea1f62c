"""Swaps a tile with the gap when they touch."""


def transition(state, action):
    number = action.args[0]
    gap = state.one("Gap")
    for tile in state.of("Tile"):
        if tile.number == number:
            if abs(tile.x - gap.x) + abs(tile.y - gap.y) == 1:
                old_x, old_y = tile.x, tile.y
                tile.x = gap.x
                tile.y = gap.y
                gap.x = old_x
                gap.y = old_y
    return state


def reward(state, action, next_state, goal):
    for tile in next_state.of("Tile"):
        if tile.number != tile.y * 3 + tile.x + 1:
            return -0.125, False
    return 1.0, True
