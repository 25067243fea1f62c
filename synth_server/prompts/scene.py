"""States as text: what all of them share is told once, each tells the rest, and large ones what matters."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sandbox.data.records import Transition
from sandbox.runtime.bm25 import words
from sandbox.runtime.state import Object, State, attributes, bodies_of, difference, digest, objects_of
from sandbox.runtime.values import FrozenMap, Value
from synth_server.prompts.tokens import clip
from synth_server.verify.words import describe_change

LEAST_BACKGROUND = 4  # fewer objects are told with each state
_IN_A_TABLE = 3  # objects of one form from which on a table is shorter than a list
_MOST_TEXT = 300  # characters of one object


@dataclass(frozen=True)
class Focus:
    """What decides which objects of a large state matter: those that change, and words and values that are named."""

    changed: Sequence[Object] = ()
    named: frozenset[str] = frozenset()

    @classmethod
    def of(cls, row: Transition) -> "Focus":
        """What a row is about."""
        removed, added = difference(row.state, row.next_state)
        texts = [row.goal, *(str(arg) for arg in row.action.args)]
        return cls((*removed, *added), frozenset(word for text in texts for word in (text, *words(text))))


@dataclass(frozen=True)
class Scene:
    """Some states that are told together. ``background`` are the objects that all of them hold, by digest."""

    background: dict[int, Object] = field(default_factory=dict)

    @classmethod
    def of(cls, states: Iterable[State]) -> "Scene":
        """The scene of these states."""
        shared: dict[int, Object] | None = None
        for state in states:
            if shared is None:
                counts = Counter(state.key())
                shared = {digest(obj): obj for obj in objects_of(state) if counts[digest(obj)] == 1}
            else:
                held = Counter(state.key())
                shared = {key: obj for key, obj in shared.items() if held[key] == 1}
        return cls(shared if shared is not None and len(shared) >= LEAST_BACKGROUND else {})

    def tell_background(self, focus: Focus, most: int) -> str:
        """The objects that stand in every state; empty when there are none."""
        return tell_objects(list(self.background.values()), focus, most)

    def tell(self, state: State, focus: Focus, most: int) -> str:
        """A state, without the background; of more than ``most`` objects those that matter and the number of others."""
        return tell_objects([obj for obj in objects_of(state) if digest(obj) not in self.background], focus, most)


def tell_next(row: Transition) -> str:
    """The next state as a difference: objects that go, objects that come."""
    removed, added = difference(row.state, row.next_state)
    lines = [f"- {_text(obj)}" for obj in sorted(removed, key=repr)]
    lines += [f"+ {_text(obj)}" for obj in sorted(added, key=repr)]
    return "\n".join(lines)


def effect(row: Transition) -> str:
    """What the action did, in words."""
    return describe_change(row.state, row.next_state)


def tell_objects(objects: Sequence[Object], focus: Focus, most: int) -> str:
    """Objects, one a line or, where many are alike, in tables; at most ``most`` of them."""
    chosen, rest = _choose(objects, focus, most)
    forms: dict[tuple[str, tuple[str, ...]], list[Object]] = {}
    for obj in sorted(chosen, key=repr):
        forms.setdefault((obj.type, tuple(obj)), []).append(obj)
    lines = [line for form, same in forms.items() for line in _lines(form[0], form[1], same)]
    if rest:
        counts = sorted(Counter(obj.type for obj in rest).items())
        told = ", ".join(f"{count} {name}" for name, count in counts[:8]) + (", ..." if len(counts) > 8 else "")
        lines.append(f"(and {len(rest)} more that are left out: {told})")
    return "\n".join(lines)


def _lines(kind: str, names: tuple[str, ...], objects: Sequence[Object]) -> list[str]:
    if len(objects) < _IN_A_TABLE or not names:
        return [_text(obj) for obj in objects]
    varying = [name for name in names if len({repr(attributes(obj)[name]) for obj in objects}) > 1] or [names[0]]
    constant = ", ".join(f"{name}={attributes(objects[0])[name]!r}" for name in names if name not in varying)
    head = f"{len(objects)} x {kind}({constant}{', ' if constant else ''}{', '.join(varying)}):"
    cells = (", ".join(repr(attributes(obj)[name]) for name in varying) for obj in objects)
    return [clip(f"{head} " + " ".join(f"({cell})" for cell in cells), _MOST_TEXT * 20)]


def _text(obj: Object) -> str:
    return clip(repr(obj), _MOST_TEXT)


def _choose(objects: Sequence[Object], focus: Focus, most: int) -> tuple[list[Object], list[Object]]:
    """The objects that matter most, and the others."""
    if len(objects) <= most:
        return list(objects), []
    changed = {digest(obj) for obj in focus.changed}
    rare = Counter(obj.type for obj in objects)

    def rank(obj: Object) -> tuple[float, int, str]:
        if digest(obj) in changed:
            return (-1000.0, 0, repr(obj))
        named = any(_is_named(value, focus.named) for value in (obj.type, *attributes(obj).values()))
        near = max((_nearness(obj, other) for other in focus.changed), default=0.0)
        return (-near - (10.0 if named else 0.0), rare[obj.type], repr(obj))

    order = sorted(objects, key=rank)
    return order[:most], order[most:]


def _is_named(value: Value, named: frozenset[str]) -> bool:
    return isinstance(value, str) and (value in named or value.lower() in named)


def _nearness(a: Object, b: Object) -> float:
    """How much two objects have in common: equal texts, near numbers, one naming the other."""
    mine, theirs = attributes(a), attributes(b)
    total = 0.0
    for name, value in mine.items():
        other = theirs.get(name)
        if isinstance(value, bool) or isinstance(other, bool):
            continue
        if isinstance(value, int | float) and isinstance(other, int | float):
            total += 1 / (1 + abs(value - other))
    texts = {value for value in theirs.values() if isinstance(value, str)}
    total += sum(isinstance(value, str) and value in texts for value in mine.values())
    return total


def kinds_of_objects(states: Iterable[State], most_values: int = 6) -> str:
    """The types of objects that occur, their attributes, and some of the values of each."""
    seen: dict[str, dict[str, dict[str, Value]]] = {}
    done: set[int] = set()  # states share bodies
    for body in (body for state in states for body in bodies_of(state)):
        if id(body) not in done:
            done.add(id(body))
            known = seen.setdefault(body.type, {})
            for name, value in body.data.items():
                known.setdefault(name, {}).setdefault(repr(value), value)
    lines = []
    for kind, names in sorted(seen.items()):
        told = "; ".join(f"{name}: {_range(values, most_values)}" for name, values in sorted(names.items()))
        lines.append(f"- {kind}: {clip(told, 600) or 'no attributes'}")
    return "\n".join(lines)


def _range(values: dict[str, Value], most: int) -> str:
    numbers = [value for value in values.values() if isinstance(value, int) and not isinstance(value, bool)]
    if len(numbers) == len(values) > 2:
        return f"int, {min(numbers)} to {max(numbers)}"
    plain = sorted(text for text, value in values.items() if not isinstance(value, FrozenMap))
    maps = [value for value in values.values() if isinstance(value, FrozenMap)]
    if maps:
        plain.append("a map with " + ", ".join(sorted({key for value in maps for key in value})))
    return ", ".join(clip(text, 60) for text in plain[:most]) + (", ..." if len(plain) > most else "")
