"""Which words stand for what: symbols of the states, and what paid steps show of words that are no symbol."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.runtime.values import FrozenMap
from synth_server.inductive.frames import Frame
from synth_server.inductive.refs import View
from synth_server.inductive.scene import Scene, Shape, Step, Thing
from synth_server.inductive.wording import fold, words

LONGEST_NAME = 3  # words of a goal that may be one symbol
BY_CHANCE = 0.1  # from this chance on, what words and values have in common tells nothing
Symbol = tuple[str, str]  # an attribute ("type" for the type), and a folded value


@dataclass(frozen=True)
class Vocabulary:
    """By folded word, the attributes that have it as a value; ``fickle`` attributes change in the data.

    ``synonyms`` are words of goals that are no symbols, with those that they stand for; ``kinds`` the types, each with
    the attributes that tell what its things are called.
    """

    attrs: Mapping[str, tuple[str, ...]]
    fickle: frozenset[str]
    kinds: Mapping[str, tuple[str, ...]]
    synonyms: Mapping[str, Symbol] = field(default_factory=dict)


@dataclass(frozen=True)
class Word:
    """A word of a goal, or several that are one symbol: as it stands, as it is folded, the attributes that have it."""

    text: str
    folded: str
    attrs: tuple[str, ...]


def vocabulary(shape: Shape, scenes: Iterable[Scene]) -> Vocabulary:
    """What the things of these scenes are called by; an attribute that names other things tells nothing of its own."""
    things = {thing.digest: thing for scene in scenes for thing in scene.things}
    links = _links(shape, list(things.values()))
    found: dict[str, set[str]] = {}
    kinds: dict[str, set[str]] = {}
    for thing in things.values():
        for attr, folded in symbols(thing):
            if (thing.type, attr) not in links and shape.may_mean(thing.type):
                found.setdefault(folded, set()).add(attr)
                kinds.setdefault(thing.type, set()).add(attr)
    attrs = {folded: tuple(sorted(names)) for folded, names in sorted(found.items())}
    told = {kind: tuple(sorted(own - {"type"})) for kind, own in sorted(kinds.items())}
    return Vocabulary(attrs, frozenset(name for _, name in shape.fickle), told)


def _links(shape: Shape, things: Sequence[Thing]) -> set[tuple[str, str]]:
    """The attributes, by type, whose words are all names of other things."""
    names = {thing.attrs.get(shape.names[thing.type]) for thing in things if thing.type in shape.names}
    linked: dict[tuple[str, str], bool] = {}
    for thing in things if names else ():
        for attr, value in thing.attrs.items():
            if isinstance(value, str) and shape.names.get(thing.type) != attr:
                linked[thing.type, attr] = linked.get((thing.type, attr), True) and value in names
    return {link for link, always in linked.items() if always}


def symbols(thing: Thing) -> Iterable[Symbol]:
    """What a thing may be called by: its type, its values that are words, the names of what is true of it."""
    yield "type", fold(thing.type)
    for name, value in thing.attrs.items():
        if isinstance(value, str) and value:
            yield name, fold(value)
        elif value is True:
            yield name, fold(name)


def tokens(goal: str, known: Vocabulary) -> tuple[Word, ...]:
    """The words of a goal; several in a row that are one symbol are one."""
    parts, found, i = words(goal), list[Word](), 0
    while i < len(parts):
        for size in range(min(LONGEST_NAME, len(parts) - i), 0, -1):
            text = " ".join(parts[i : i + size])
            folded = fold(text)
            if size == 1 or folded in known.attrs:
                attr, value = known.synonyms.get(text, ("", folded))
                found.append(Word(text, value, (attr,) if attr else known.attrs.get(folded, ())))
                i += size
                break
    return tuple(found)


def involved(view: View, step: Step) -> frozenset[Symbol]:
    """What is true of the things that a step is about: those that changed, and those that the actor meets."""
    things = [thing for old, new in step.pairs if new is None or new.digest != old.digest for thing in (old, new)]
    found = {symbol for thing in [*things, *step.created] if thing is not None for symbol in symbols(thing)}
    for old, new in step.pairs:
        for name, value in new.attrs.items() if new is not None else ():
            if isinstance(value, FrozenMap) and value != old.attrs.get(name):
                found.update(_recorded(view.shape, value))
    found |= {symbol for thing in met(view.shape, view.frame, step) for symbol in symbols(thing)}
    return frozenset(found)


def _recorded(shape: Shape, record: FrozenMap) -> Iterable[Symbol]:
    """What a record tells of a thing, as if it were there."""
    attrs = {attr for own in shape.types.values() for attr in own}
    for key, entry in record.items():
        if isinstance(entry, str):
            yield from [(key, fold(entry))] if key in attrs else []
            yield from [("type", fold(entry))] if entry in shape.types else []


def met(shape: Shape, frame: Frame, step: Step) -> Iterable[Thing]:
    """What stands where the actor is after a step, and ahead of it; what the action's arguments name."""
    scene = step.after
    yield from (thing for thing in map(step.before.called, step.action.args) if thing is not None)
    actor = scene.single(shape.actor or "")
    if actor is None or actor.pos is None:
        return
    way = frame.vector(shape, scene, step.action)
    spots = [actor.pos] + ([(actor.pos[0] + way[0], actor.pos[1] + way[1])] if way else [])
    for spot in dict.fromkeys(spots):
        yield from (thing for thing in scene.at.get(spot, ()) if thing is not actor)


def told_apart(
    paid: Mapping[str, Sequence[frozenset[Symbol]]], named: Mapping[str, frozenset[str]]
) -> tuple[str, dict[str, str]] | None:
    """The attribute whose values these words stand for, as the steps that paid show, and the value of each word.

    ``paid`` holds, by word, what the steps were about that paid under goals with this word; ``named`` what all those
    goals say in other words. A word stands for a value that was there whenever a goal with this word paid, and less
    often under the others. None where no attribute gives a different value to every word, or one word alone shows it.
    """
    shown = {word: steps for word, steps in paid.items() if steps}
    if len(shown) < 2 or all(len(steps) < 2 for steps in shown.values()):
        return None
    best: tuple[float, str, dict[str, str]] | None = None
    for attr in sorted({attr for steps in shown.values() for step in steps for attr, _ in step}):
        found = _meanings(attr, shown, named)
        if found is not None and _chance(attr, shown, found[1]) <= BY_CHANCE and (best is None or found[0] > best[0]):
            best = (found[0], attr, found[1])
    return (best[1], best[2]) if best else None


def _chance(attr: str, shown: Mapping[str, Sequence[frozenset[Symbol]]], meanings: Mapping[str, str]) -> float:
    """How likely it is that every word came with one value, each with another, if they had nothing to do with it."""
    values = Counter(value for steps in shown.values() for step in steps for name, value in step if name == attr)
    share = {value: count / values.total() for value, count in values.items()}
    chance, left = 1.0, 1.0
    for word, value in meanings.items():
        chance *= left * sum(part ** len(shown[word]) for part in share.values())
        left -= share[value]
    return chance


def _meanings(
    attr: str, shown: Mapping[str, Sequence[frozenset[Symbol]]], named: Mapping[str, frozenset[str]]
) -> tuple[float, dict[str, str]] | None:
    """How well, and which values of one attribute words stand for, each for another."""
    offers: list[tuple[float, str, str]] = []
    for word, steps in shown.items():
        others = [step for other, rest in shown.items() if other != word for step in rest]
        for symbol in sorted(frozenset.intersection(*steps)):
            share = sum(symbol in step for step in others) / len(others)
            if symbol[0] == attr and symbol[1] not in named.get(word, ()) and share < 0.75:
                offers.append((1 - share + 0.1 * min(len(steps), 5), word, symbol[1]))
    chosen: dict[str, str] = {}
    total = 0.0
    for worth, word, value in sorted(offers, key=lambda offer: (-offer[0], offer[1], offer[2])):
        if word not in chosen and value not in chosen.values():
            chosen[word] = value
            total += worth
    return (total, chosen) if len(chosen) == len(shown) else None
