"""Actions that are one, but for their direction: families, as far as vectors and names tell.

Actions of one word each that all lead elsewhere are a family. Where several lead the same way ("push up", "move up"),
their names say which belong together, if one word of each says the direction and the others what is done. No word is
known beforehand, and nothing follows from a name alone: it is a guess of what other actions of the family do.
"""

from collections.abc import Collection, Mapping

from sandbox.runtime.values import Value
from synth_server.inductive.scene import Point
from synth_server.inductive.wording import words

Words = tuple[str, ...]
Families = tuple[frozenset[str], ...]


def families(table: Mapping[Value, Point]) -> Families:
    """The families of several actions each, from a table of the vectors along which actions lead."""
    groups: dict[Words, list[str]] = {}
    for name in sorted(str(key) for key in table):
        parted = _parted(name, table)
        if parted is not None:
            groups.setdefault(parted[1], []).append(name)
    plain = [names for names in groups.values() if len({table[name] for name in names}) == len(names) > 1]
    return tuple(frozenset(names) for names in plain)


def kin(names: Collection[str], among: Collection[frozenset[str]]) -> frozenset[str]:
    """These actions, and all of their families."""
    return frozenset(names).union(*(family for family in among if family & frozenset(names)))


def guessed(table: Mapping[Value, Point], names: Collection[str]) -> dict[Value, Point]:
    """The vectors of further actions: of those named like one that leads the same way, and like others that lead."""
    found: dict[Value, Point] = {}
    parts = {str(key): _parted(str(key), table) for key in table}
    ways = {part[0]: table[name] for name, part in parts.items() if part is not None}
    deeds = {part[1] for part in parts.values() if part is not None and part[1]}
    for name in sorted(names):
        parted = _parted(name, table) if name not in table else None
        if parted is not None and parted[0] in ways and parted[1] in deeds:
            found[name] = ways[parted[0]]
    return found


def _parted(name: str, table: Mapping[Value, Point]) -> tuple[str, Words] | None:
    """The word of a name that says the direction, and the others; None where that is not plain.

    It stands at the one place where, in all names of as many words, a word never goes with two directions.
    """
    said = words(name)
    like = [(other, table[key]) for key in table for other in [words(str(key))] if len(other) == len(said)]
    places = []
    for place in range(len(said)):
        vectors: dict[str, Point] = {}
        if all(vectors.setdefault(other[place], vector) == vector for other, vector in like):
            places.append(place)
    if len(places) != 1:
        return None
    place = places[0]
    return said[place], tuple(said[:place] + said[place + 1 :])
