"""A board class with __getitem__, __eq__ and __hash__, made from the state and compared with the solved one."""

from worldsmith_runtime import Object, State


class Board:
    SIDE = 3

    def __init__(self, rows):
        self._rows = [list(row) for row in rows]

    @classmethod
    def solved(cls):
        numbers = list(range(1, cls.SIDE**2)) + [0]
        return cls(numbers[i : i + cls.SIDE] for i in range(0, cls.SIDE**2, cls.SIDE))

    @classmethod
    def of(cls, state):
        rows = [[0] * cls.SIDE for _ in range(cls.SIDE)]
        for tile in state.of("Tile"):
            rows[tile.y][tile.x] = tile.number
        return cls(rows)

    def __getitem__(self, cell):
        x, y = cell
        return self._rows[y][x]

    def __setitem__(self, cell, number):
        x, y = cell
        self._rows[y][x] = number

    def __eq__(self, other):
        return isinstance(other, Board) and self._rows == other._rows

    def __hash__(self):
        return hash(tuple(map(tuple, self._rows)))

    def __iter__(self):
        for y in range(self.SIDE):
            for x in range(self.SIDE):
                yield (x, y), self[x, y]

    def find(self, number):
        return next(cell for cell, n in self if n == number)

    def slide(self, number):
        (tx, ty), (gx, gy) = self.find(number), self.find(0)
        if abs(tx - gx) + abs(ty - gy) == 1:
            self[tx, ty], self[gx, gy] = 0, number

    def to_state(self):
        objects = []
        for (x, y), number in self:
            objects.append(Object("Tile", number=number, x=x, y=y) if number else Object("Gap", x=x, y=y))
        return State(objects)


def transition(state, action):
    board = Board.of(state)
    board.slide(action.args[0])
    return board.to_state()


def reward(state, action, next_state, goal):
    if Board.of(next_state) == Board.solved():
        return 1.0, True
    return -0.125, False
