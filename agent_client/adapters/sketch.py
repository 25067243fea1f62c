"""States for people where an environment has no picture of its own: a map of what has a place, a table of the rest."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sandbox.runtime.state import Object, State

WIDTH, LINES = 72, 24  # of a sketch, in characters
_STEP = 24


def text(state: State) -> str:
    """A map of the objects with whole ``x`` and ``y``, two characters a cell, and the others in rows."""
    placed, others = list[Object](), list[Object]()
    for thing in sorted(state, key=repr):
        (placed if _has_place(thing) else others).append(thing)
    return padded([*_map(placed), *map(_row, others)])


def padded(lines: Sequence[str]) -> str:
    """So many of these lines, and so much of each, as a sketch has room for, filled up to one width.

    That is as wide as they need, in steps: figures that change leave it as it is.
    """
    shown = list(lines[:LINES])
    if len(lines) > LINES:
        shown[-1] = f"... and {len(lines) - LINES + 1} lines more"
    width = min(WIDTH, max(_STEP, *(-(-len(line) // _STEP) * _STEP for line in shown or [""])))
    return "\n".join(f"{line:{width}.{width}}" for line in shown or [""])


def _has_place(thing: Object) -> bool:
    return all(name in thing and type(thing[name]) is int and 0 <= thing[name] < WIDTH // 2 for name in ("x", "y"))


def _map(things: Sequence[Object]) -> Iterator[str]:
    if not things:
        return
    width, height = max(thing["x"] for thing in things) + 1, max(thing["y"] for thing in things) + 1
    cells: dict[tuple[int, int], list[str]] = {}
    counts = Counter(thing.type for thing in things)
    for thing in sorted(things, key=lambda thing: counts[thing.type]):  # what there is least of comes first
        mark = str(thing["value"]) if "value" in thing else thing.type  # a cell of a grid is its value
        cells.setdefault((thing["x"], thing["y"]), []).append(mark)
    for y in range(height):
        yield "".join(f"{_mark(cells.get((x, y), [' '])):2.2}" for x in range(width))


def _mark(marks: Sequence[str]) -> str:
    """How one begins, or the first letters of two."""
    return marks[0] if len(marks) == 1 else marks[0][0] + marks[1][0]


def _row(thing: Object) -> str:
    return "  ".join([thing.type, *(f"{name} {thing[name]}" for name in thing)])
