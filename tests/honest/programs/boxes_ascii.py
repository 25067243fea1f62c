"""Draws the yard as text, moves on the text, and reads it back."""

from worldsmith_runtime import Object, State

GLYPHS = {"Wall": "#", "Box": "$", "Man": "@", "Mark": "."}
BOTH = {"$": "*", "@": "+"}
BACK = {"#": ["Wall"], "$": ["Box"], "@": ["Man"], ".": ["Mark"], "*": ["Box", "Mark"], "+": ["Man", "Mark"]}


def draw(state):
    grid = {}
    for kind in ("Wall", "Mark", "Box", "Man"):
        for thing in state.of(kind):
            glyph = GLYPHS[kind]
            cell = (thing.x, thing.y)
            grid[cell] = BOTH[glyph] if grid.get(cell) == "." else glyph
    return grid


def read(grid):
    return State([Object(kind, x=x, y=y) for (x, y), mark in grid.items() for kind in BACK.get(mark, [])])


def lift(grid, cell):
    grid[cell] = "." if grid[cell] in "*+" else " "


def put(grid, cell, glyph):
    grid[cell] = BOTH[glyph] if grid.get(cell, " ") == "." else glyph


def transition(state, action):
    grid = draw(state)
    x, y = next(cell for cell, mark in grid.items() if mark in "@+")
    dx, dy = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}[action.name]
    ahead, beyond = (x + dx, y + dy), (x + 2 * dx, y + 2 * dy)
    mark = grid.get(ahead, " ")
    if mark == "#" or (mark in "$*" and grid.get(beyond, " ") in "#$*"):
        return state
    if mark in "$*":
        lift(grid, ahead)
        put(grid, beyond, "$")
    lift(grid, (x, y))
    put(grid, ahead, "@")
    return read(grid)


def reward(state, action, next_state, goal):
    old, new = list(draw(state).values()), list(draw(next_state).values())
    done = "$" not in new
    return 0.25 * (new.count("*") - old.count("*")) + (1.0 if done else 0.0), done
