"""A table of neighbouring cells, numbered from the top left, as many write it."""

NEIGHBOURS = {
    0: [1, 3],
    1: [0, 2, 4],
    2: [1, 5],
    3: [0, 4, 6],
    4: [1, 3, 5, 7],
    5: [2, 4, 8],
    6: [3, 7],
    7: [4, 6, 8],
    8: [5, 7],
}
SOLVED = [1, 2, 3, 4, 5, 6, 7, 8, None]


def cells(state):
    board = [None] * 9
    for tile in state.of("Tile"):
        board[tile.y * 3 + tile.x] = tile.number
    return board


def transition(state, action):
    board = cells(state)
    gap_cell = board.index(None)
    tile_cell = board.index(action.args[0])
    if tile_cell in NEIGHBOURS[gap_cell]:
        gap = state.one("Gap")
        (tile,) = state.where(type="Tile", number=action.args[0])
        tile.x, tile.y = gap_cell % 3, gap_cell // 3
        gap.x, gap.y = tile_cell % 3, tile_cell // 3
    return state


def reward(state, action, next_state, goal):
    if cells(next_state) == SOLVED:
        return 1.0, True
    return -0.125, False
