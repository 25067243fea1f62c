"""What lasts: the names by which things without places are the same after a step; and facts, which never change.

Facts are relations that begin or cease to hold: things of nothing but words, which come and go.
"""

from collections.abc import Iterable, Mapping, Sequence

from synth_server.inductive.scene import Scene, Thing

Lasting = Mapping[str, str | None]  # by type the attribute that names its things; None for facts
LEAST = 0.9  # of a type's changes, the share that leaves a thing of the same name: then it is a thing, not a fact


def lasting_names(types: Iterable[str], changes: Sequence[tuple[Scene, Scene]]) -> Lasting:
    """The types whose things are told apart by an attribute, with it, and the types of facts, with None."""
    found: dict[str, str | None] = {}
    for kind in sorted(types):
        pairs = [(before.of.get(kind, ()), after.of.get(kind, ())) for before, after in changes]
        if any(thing.pos is not None for pair in pairs for things in pair for thing in things):
            continue
        names = _names(pairs)
        share, name = max(((_share(pairs, name), name) for name in sorted(names)), default=(0.0, None))
        if name is not None and share >= LEAST and any(len(things) > 1 for pair in pairs for things in pair):
            found[kind] = name
        elif _are_facts(pairs):
            found[kind] = None
    return found


Pairs = Sequence[tuple[Sequence[Thing], Sequence[Thing]]]


def _names(pairs: Pairs) -> set[str]:
    """The attributes that all things of a type have, words that are different in every state."""
    found: set[str] | None = None
    for pair in pairs:
        for things in pair:
            if things:
                unique = {
                    name
                    for name in things[0].attrs
                    if len({t.attrs[name] for t in things if type(t.attrs.get(name)) is str}) == len(things)
                }
                found = unique if found is None else found & unique
    return found or set()


def _share(pairs: Pairs, name: str) -> float:
    """Of the things that are not there as they were, the share of which one of the same name is left."""
    gone, left = 0, 0
    for old, new in pairs:
        kept = {thing.digest for thing in new}
        called = {thing.attrs.get(name) for thing in new}
        lost = [thing for thing in old if thing.digest not in kept]
        gone += len(lost)
        left += sum(thing.attrs.get(name) in called for thing in lost)
    return left / gone if gone else 0.0


def _are_facts(pairs: Pairs) -> bool:
    """Whether there is nothing but words, nothing twice, and not always as many."""
    for pair in pairs:
        for things in pair:
            if len({thing.digest for thing in things}) < len(things):
                return False
            if not all(isinstance(value, str | None) for thing in things for value in thing.attrs.values()):
                return False
    return any(len(old) != len(new) for old, new in pairs)
