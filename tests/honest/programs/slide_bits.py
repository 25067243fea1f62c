"""Packs the board into an integer of nibbles and works on the bits."""


def pack(state):
    board = 0
    for tile in state.of("Tile"):
        board |= tile.number << (4 * (3 * tile.y + tile.x))
    return board


def goal_board():
    board = 0
    for number in range(1, 9):
        board |= number << 4 * (number - 1)
    return board


SOLVED = goal_board()


def cell_of(board, number):
    for cell in range(9):
        if (board >> 4 * cell) & 0xF == number:
            return cell
    raise LookupError(number)


def transition(state, action):
    board = pack(state)
    here, hole = cell_of(board, action.args[0]), cell_of(board, 0)
    (y1, x1), (y2, x2) = divmod(here, 3), divmod(hole, 3)
    if abs(x1 - x2) + abs(y1 - y2) == 1:
        tile = state.where(type="Tile", x=x1, y=y1)[0]
        gap = state.one("Gap")
        tile.x, tile.y, gap.x, gap.y = x2, y2, x1, y1
    return state


def reward(state, action, next_state, goal):
    return (1.0, True) if pack(next_state) ^ SOLVED == 0 else (-0.125, False)
