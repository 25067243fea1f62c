"""Further directions: tables from a value near at hand (what self has, stands on or has ahead) to a vector."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sandbox.runtime.values import Value
from synth_server.inductive.frames import PURITY
from synth_server.inductive.refs import SELF, Path, Place, Ref, Row, View, Way, rows_of
from synth_server.inductive.scene import Point, Step

LEAST = 3  # moves that must show a direction
MOST_KEYS = 8


def find_ways(view: View, steps: Sequence[Step]) -> tuple[Way, ...]:
    """The directions that moves of things follow, besides the main one."""
    if view.shape.place is None:
        return ()
    found: list[Way] = []
    for kind in sorted(view.shape.types):
        rows = [row for row in rows_of(view, steps, kind) if _moved(row)]
        if len(rows) < LEAST:
            continue
        for path in _paths(view, kind, rows):
            way = _way(view, path, rows)
            if way is not None and all(way.path != known.path for known in found):
                found.append(way)
    return tuple(found[:4])


def _moved(row: Row) -> bool:
    old, new = row.thing, row.after
    return old is not None and new is not None and old.pos is not None and new.pos is not None and old.pos != new.pos


def _paths(view: View, kind: str, rows: Sequence[Row]) -> Iterator[Path]:
    """Where a key to a direction may be found."""
    shape = view.shape
    refs: list[Ref] = [SELF, Ref("at", place=Place(SELF))]
    if view.actor is not None and view.frame.table:
        refs.append(Ref("at", place=Place(view.actor, 1)))
    for ref in refs:
        names: dict[str, None] = {}
        for row in rows:
            thing = ref.thing(row)
            for name in thing.attrs if thing is not None else ():
                names.setdefault(name)
        for name in sorted(names):
            main = view.frame.source == "attr" and name == view.frame.name and kind == shape.actor and ref == SELF
            if name not in (shape.place or ()) and not main:
                yield Path(ref, name)


def _way(view: View, path: Path, rows: Sequence[Row]) -> Way | None:
    """A table from the path's value to the unit vector by which things moved, from self or from what the path names."""
    tally: dict[Value, Counter[Point]] = {}
    for row in rows:
        there, value = path.value(row)
        origin = path.ref.thing(row)
        if not there or not isinstance(value, str | int) or origin is None or origin.pos is None:
            continue
        assert row.after is not None
        assert row.after.pos is not None
        vector = (row.after.pos[0] - origin.pos[0], row.after.pos[1] - origin.pos[1])
        if abs(vector[0]) // view.shape.unit[0] + abs(vector[1]) // view.shape.unit[1] == 1:
            tally.setdefault(value, Counter())[vector] += 1
    shown = sum(counts.total() for counts in tally.values())
    if shown < LEAST or len(tally) > MOST_KEYS:
        return None
    table = {value: min(counts, key=lambda v: (-counts[v], v)) for value, counts in tally.items()}
    agreed = sum(max(counts.values()) for counts in tally.values())
    if agreed < PURITY * shown or len(set(table.values())) < 2:
        return None
    main = {key: vector for key, vector in view.frame.table.items() if isinstance(key, str | int)}
    if main and all(main.get(key, vector) == vector for key, vector in table.items()) and main.keys() & table.keys():
        table = {**main, **table}
    return Way(path, table)
