"""Differences between states, in words for people and for language models."""

from collections.abc import Sequence

from sandbox.readable import readable
from sandbox.runtime.state import Object, State, attributes, difference
from sandbox.runtime.values import canonical, same

MAX_CHANGES = 12
MAX_LENGTH = 400
MOST_PAIRED = 100  # objects on either side; pairing takes time by their product

NOTHING = "nothing changes"


def describe_change(before: State, after: State) -> str:
    """What happened between two states: ``Agent.x: 1 -> 2; removed Key(color='red', x=3)``."""
    removed, added = difference(before, after)
    return describe_effects(before, removed, added)


def describe_effects(before: State, removed: Sequence[Object], added: Sequence[Object]) -> str:
    """The same, of a change that is given by the objects that it removes and adds."""
    pairs, gone, new = _pair(list(removed), list(added))
    words = [change for old, fresh in pairs for change in _changes(_name(old, before), old, fresh)]
    words += [f"removed {obj!r}" for obj in gone] + [f"added {obj!r}" for obj in new]
    if len(words) > MAX_CHANGES:
        words = [*words[:MAX_CHANGES], f"and {len(words) - MAX_CHANGES} more changes"]
    return shorten("; ".join(words)) or NOTHING


def kinds_of_change(before: State, after: State) -> tuple[str, ...]:
    """What changed without the values, sorted, each once: ``("+Key", "-Door", "Agent.x")``; empty for nothing."""
    pairs, gone, new = _pair(*map(list, difference(before, after)))
    kinds = {
        f"{old.type}.{key}"
        for old, fresh in pairs
        for key in old
        if not same(attributes(old)[key], attributes(fresh)[key])
    }
    return tuple(sorted(kinds | {f"-{obj.type}" for obj in gone} | {f"+{obj.type}" for obj in new}))


def shorten(text: str, length: int = MAX_LENGTH) -> str:
    """``text``, readable and cut to at most ``length`` characters."""
    text = readable(text)
    return text if len(text) <= length else text[: length - 3] + "..."


def _pair(removed: list[Object], added: list[Object]) -> tuple[list[tuple[Object, Object]], list[Object], list[Object]]:
    """Objects that stand for one another before and after: same type, the most attributes in common first."""
    removed, added = sorted(removed, key=repr), sorted(added, key=repr)
    removed, more_removed = removed[:MOST_PAIRED], removed[MOST_PAIRED:]
    added, more_added = added[:MOST_PAIRED], added[MOST_PAIRED:]
    options = [
        (-_common(old, new), i, j)
        for i, old in enumerate(removed)
        for j, new in enumerate(added)
        if old.type == new.type and attributes(old).keys() == attributes(new).keys()
    ]
    old_left, new_left = set(range(len(removed))), set(range(len(added)))
    pairs = []
    for _, i, j in sorted(options):
        if i in old_left and j in new_left:
            old_left.remove(i)
            new_left.remove(j)
            pairs.append((i, j))
    return (
        [(removed[i], added[j]) for i, j in sorted(pairs)],
        [removed[i] for i in sorted(old_left)] + more_removed,
        [added[j] for j in sorted(new_left)] + more_added,
    )


def _common(old: Object, new: Object) -> int:
    return sum(same(value, attributes(new)[name]) for name, value in attributes(old).items())


def _name(obj: Object, before: State) -> str:
    """The type where it says which object is meant, else the whole object."""
    return obj.type if len(before.of(obj.type)) == 1 else repr(obj)


def _changes(name: str, old: Object, new: Object) -> list[str]:
    return [
        f"{name}.{key}: {_show(attributes(old)[key], attributes(new)[key])}"
        for key in old
        if not same(attributes(old)[key], attributes(new)[key])
    ]


def _show(old: object, new: object) -> str:
    if repr(old) == repr(new):
        return f"{canonical(old)} -> {canonical(new)}"
    return f"{old!r} -> {new!r}"
