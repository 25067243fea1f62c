"""Which thing of a scene became which of the next."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from sandbox.runtime.values import same
from synth_server.inductive.facts import Lasting
from synth_server.inductive.scene import Point, Scene, Thing

Pairs = list[tuple[Thing, Thing | None]]
Match = tuple[Pairs, list[Thing]]


def fixed_types(types: Iterable[str], changes: Iterable[tuple[Scene, Scene]]) -> frozenset[str]:
    """The types whose things stay where they are in all steps: one may come or go, none is elsewhere after a step."""
    found = set(types)
    for before, after in changes:
        for kind in sorted(found):
            was, now = ({t.pos for t in scene.of.get(kind, ())} for scene in (before, after))
            crowded = len(was) < len(before.of.get(kind, ())) or len(now) < len(after.of.get(kind, ()))
            if crowded or None in was or not (was <= now or now <= was):
                found.discard(kind)
    return frozenset(found)


def match(before: Scene, after: Scene, unit: Point, fixed: frozenset[str], lasting: Lasting) -> Match:
    """Which thing became which: equal ones first, then the likeliest of the same type, nearest first.

    Things of the types ``fixed`` are those at the same place, those of lasting names those of the same name, and facts
    never become others. What seems to have jumped over others of its kind is taken for a row of them that moved up.
    """
    pairs: list[tuple[Thing, Thing | None]] = []
    created: list[Thing] = []
    for kind in sorted(set(before.of) | set(after.of)):
        left: dict[int, list[Thing]] = {}
        for thing in after.of.get(kind, ()):
            left.setdefault(thing.digest, []).append(thing)
        olds = []
        for thing in before.of.get(kind, ()):
            if left.get(thing.digest):
                pairs.append((thing, left[thing.digest].pop()))
            else:
                olds.append(thing)
        news = [thing for things in left.values() for thing in things]
        if not olds and not news:
            continue
        single = len(before.of.get(kind, ())) == len(after.of.get(kind, ())) == 1
        assigned = (
            _assigned(olds, news, kind in fixed, single) if kind not in lasting else _same(olds, news, lasting[kind])
        )
        pairs.extend((olds[i], news[j]) for i, j in sorted(assigned.items()))
        taken_old, taken_new = set(assigned), set(assigned.values())
        pairs.extend((old, None) for i, old in enumerate(olds) if i not in taken_old)
        created.extend(new for j, new in enumerate(news) if j not in taken_new)
    return _moved_up(pairs, unit), created


def _same(olds: Sequence[Thing], news: Sequence[Thing], name: str | None) -> dict[int, int]:
    """Those of the same name; none where nothing names them."""
    if name is None:
        return {}
    called = {thing.attrs[name]: j for j, thing in enumerate(news)}
    return {i: called[old.attrs[name]] for i, old in enumerate(olds) if old.attrs[name] in called}


RARE = 5  # how much more frequent two changes must be than one for which they are taken
Change = tuple[str, Point, tuple[str, ...]]  # of which type, how far along each axis, and what else


def reread(matches: Sequence[Match]) -> list[Match]:
    """The matches, with two things of a type exchanged where that tells a rare change as two that are frequent."""
    counts: Counter[Change] = Counter(_change(old, new) for pairs, _ in matches for old, new in pairs)
    usual: dict[str, int] = {}
    for change, count in counts.items():
        if change[1:] != ((0, 0), ()):
            usual[change[0]] = max(usual.get(change[0], 0), count)
    return [(_exchanged(pairs, counts, usual), created) for pairs, created in matches]


def _change(old: Thing, new: Thing | None) -> Change:
    """What happened to a thing, in short."""
    if new is None or new is old or old.pos is None or new.pos is None:
        return (old.type, (0, 0), ("gone",) if new is None else ())
    far = sorted((abs(new.pos[0] - old.pos[0]), abs(new.pos[1] - old.pos[1])))
    names = (name for name in old.attrs if not same(old.attrs[name], new.attrs.get(name)))
    return (old.type, (far[0], far[1]), tuple(sorted(n for n in names if old.attrs[n] not in old.pos)))


def _exchanged(pairs: Pairs, counts: Mapping[Change, int], usual: Mapping[str, int]) -> Pairs:
    told = list(pairs)
    for i, (old, new) in enumerate(pairs):
        if new is None or new is old or old.pos is None or new.pos is None:
            continue  # only where a thing is tells it from others
        if counts[_change(old, new)] * RARE > usual.get(old.type, 0):
            continue
        for j, (other, became) in enumerate(told):
            if other.type != old.type or j == i or became is None or told[i][1] is not new:
                continue
            now = min(counts[_change(old, new)], counts.get(_change(other, became), 0))
            then = min(counts.get(_change(old, became), 0), counts.get(_change(other, new), 0))
            if then > RARE * now:
                told[i], told[j] = (old, became), (other, new)
    return told


def _assigned(olds: Sequence[Thing], news: Sequence[Thing], fixed: bool, single: bool) -> dict[int, int]:
    """Which became which, by number: the cheapest first, then exchanged while that is cheaper."""
    prices = {
        (i, j): _price(old, new)
        for i, old in enumerate(olds)
        for j, new in enumerate(news)
        if not fixed or old.pos == new.pos
    }
    found: dict[int, int] = {}
    taken: set[int] = set()
    for price, i, j in sorted((price, i, j) for (i, j), price in prices.items()):
        if i not in found and j not in taken and (price <= _TOO_FAR or single):
            found[i] = j
            taken.add(j)
    better = True
    while better:
        better = False
        for i, k in combinations(sorted(found), 2):
            crossed = prices.get((i, found[k]), _TOO_FAR * 9) + prices.get((k, found[i]), _TOO_FAR * 9)
            if crossed < prices[i, found[i]] + prices[k, found[k]] - 1e-9:
                found[i], found[k] = found[k], found[i]
                better = True
    return found


def _moved_up(pairs: list[tuple[Thing, Thing | None]], unit: Point) -> list[tuple[Thing, Thing | None]]:
    """The pairs, with every jump over others that stayed told as moves of each to the place of the next."""
    stayed = {(old.type, old.pos): i for i, (old, new) in enumerate(pairs) if new is old and old.pos is not None}
    told = list(pairs)
    for i, (old, new) in enumerate(pairs):
        if new is None or old.pos is None or new.pos is None or old.pos == new.pos:
            continue
        points = _between(old.pos, new.pos, unit)
        row = [stayed.get((old.type, point), -1) for point in points]
        if not row or -1 in row or any(not _alike(old, pairs[number][0]) for number in row):
            continue
        for here, following, point in zip([i, *row], row, points, strict=False):
            told[here] = (pairs[here][0], pairs[following][0])
            stayed.pop((old.type, point))
        told[row[-1]] = (pairs[row[-1]][0], new)
    return told


def _alike(a: Thing, b: Thing) -> bool:
    """Whether two things have the same attributes but for where they are."""
    different = [name for name in a.attrs if name not in b.attrs or not same(a.attrs[name], b.attrs[name])]
    return len(a.attrs) == len(b.attrs) and all(type(a.attrs[name]) is int for name in different) and len(different) < 3


def _between(start: Point, end: Point, unit: Point) -> list[Point]:
    """The places between two on a row or a column."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    far = abs(dx) // unit[0] + abs(dy) // unit[1]
    if (dx and dy) or far < 2:
        return []
    return [(start[0] + i * (dx // far), start[1] + i * (dy // far)) for i in range(1, far)]


_TOO_FAR = 8.0


def _price(old: Thing, new: Thing) -> float:
    """What it costs to believe that ``old`` became ``new``: distance, and a price for each changed attribute."""
    price = 0.0
    placed: set[str] = set()
    if old.pos is not None and new.pos is not None:
        far = abs(old.pos[0] - new.pos[0]) + abs(old.pos[1] - new.pos[1])
        price += min(far, 4) * 1.0 + (6.0 if far > 4 else 0.0)
    elif (old.pos is None) != (new.pos is None):
        price += 3.0
    for name in sorted(set(old.attrs) | set(new.attrs)):
        if name in placed:
            continue
        a, b = old.attrs.get(name), new.attrs.get(name)
        if type(a) is type(b) and a == b:
            continue
        if old.pos is not None and type(a) is int and type(b) is int:
            price += 0.5  # a coordinate, or a number: cheap, since the distance was paid for
        else:
            price += 2.0
    return price
