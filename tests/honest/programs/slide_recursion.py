"""Recursion over the tiles in their order."""


def in_place(tiles, expected=1):
    if not tiles:
        return True
    first, *rest = tiles
    if first.number != expected or (first.x, first.y) != ((expected - 1) % 3, (expected - 1) // 3):
        return False
    return in_place(rest, expected + 1)


def moved(tiles, number, gap):
    if not tiles:
        return None
    head, *tail = tiles
    if head.number != number:
        return moved(tail, number, gap)
    return head if (head.x - gap.x) ** 2 + (head.y - gap.y) ** 2 == 1 else None


def transition(state, action):
    gap = state.one("Gap")
    tile = moved(state.of("Tile"), action.args[0], gap)
    if tile:
        (tile.x, tile.y), (gap.x, gap.y) = (gap.x, gap.y), (tile.x, tile.y)
    return state


def reward(state, action, next_state, goal):
    tiles = sorted(next_state.of("Tile"), key=lambda tile: tile.number)
    return (1.0, True) if in_place(tiles) else (-0.125, False)
