"""Situations: what an action met, in few words. An action in a situation never seen is uncertain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.runtime.values import FrozenMap, Value
from synth_server.inductive.emit_text import variable
from synth_server.inductive.frames import Frame
from synth_server.inductive.scene import Scene, Shape, Step, Thing
from synth_server.inductive.theory import Theory

FEW = 9  # numbers from here on are not told apart


@dataclass(frozen=True)
class Situations:
    """What distinguishes situations, and those seen.

    ``telling`` are the attributes, by type, that change in the data and are no places or directions; ``deep`` says
    that what stands beyond what can be pushed counts too.
    """

    telling: tuple[tuple[str, tuple[str, ...]], ...]
    pushed: tuple[str, ...]
    seen: tuple[str, ...]


def gather(theory: Theory, steps: Sequence[Step]) -> Situations:
    """The situations of all steps."""
    shape, frame = theory.shape, theory.frame
    telling: dict[str, set[str]] = {}
    for rule in theory.rules:
        if rule.slot.part == "attr" and not (rule.slot.kind == shape.actor and _is_key(frame, rule.slot.attr)):
            telling.setdefault(rule.slot.kind, set()).add(rule.slot.attr)
    kept = {kind: tuple(sorted(attrs)) for kind, attrs in sorted(telling.items())}
    pushed = tuple(sorted({r.slot.kind for r in theory.rules if r.slot.part == "place" and r.slot.kind != shape.actor}))
    seen = {describe(shape, frame, kept, pushed, step) for step in steps}
    return Situations(tuple(kept.items()), pushed, tuple(sorted(seen)))


def _is_key(frame: Frame, attr: str) -> bool:
    return frame.source == "attr" and frame.name == attr


def describe(shape: Shape, frame: Frame, telling: dict[str, tuple[str, ...]], pushed: Sequence[str], step: Step) -> str:
    """The situation of a step, in words; the emitted program says the same."""
    words = [step.action.name]
    scene = step.before
    words += [
        "with " + " ".join(sorted(_thing(thing, telling) for thing in scene.things if _named(thing, arg)))
        for arg in step.action.args
    ]
    actor = scene.single(shape.actor) if shape.actor else None
    if actor is None:
        return ", ".join(words)
    words.append(_thing(actor, telling))
    if actor.pos is not None:
        words.append("on " + _crowd(scene, actor, actor.pos, telling))
        way = frame.vector(shape, scene, step.action)
        if way is None and frame.table:
            words.append("open to " + (" ".join(_open(scene, actor.pos)) or "nothing"))
        elif way is not None:
            front = (actor.pos[0] + way[0], actor.pos[1] + way[1])
            words.append("facing " + _crowd(scene, actor, front, telling))
            if any(thing.type in pushed for thing in scene.at.get(front, ())):
                beyond = (front[0] + way[0], front[1] + way[1])
                words.append("before " + _crowd(scene, actor, beyond, telling))
    return ", ".join(words)


SIDES = ((1, 0), (0, 1), (-1, 0), (0, -1))


def _open(scene: Scene, place: tuple[int, int]) -> list[str]:
    """The sides on which nothing stands: what may matter for an action whose direction is not known yet."""
    return [f"{dx:+d}{dy:+d}" for dx, dy in SIDES if not scene.at.get((place[0] + dx, place[1] + dy))]


def _named(thing: Thing, arg: Value) -> bool:
    return isinstance(arg, str) and any(type(value) is str and value == arg for value in thing.attrs.values())


def _crowd(scene: Scene, actor: Thing, place: tuple[int, int], telling: dict[str, tuple[str, ...]]) -> str:
    return " ".join(sorted(_thing(t, telling) for t in scene.at.get(place, ()) if t is not actor)) or "nothing"


def _thing(thing: Thing, telling: dict[str, tuple[str, ...]]) -> str:
    notes = [_note(thing.attrs.get(attr)) for attr in telling.get(thing.type, ())]
    return f"{thing.type}({' '.join(notes)})" if notes else thing.type


def _note(value: Value) -> str:
    if isinstance(value, FrozenMap | tuple):
        return "something"
    return "a number" if isinstance(value, int | float) and not -FEW < value < FEW else str(value)


def emit_uncertain(situations: Situations, theory: Theory) -> Iterator[str]:
    """The functions that name a situation and say whether it was seen."""
    telling = dict(situations.telling)
    yield f"TELLING = {telling!r}"
    if theory.frame.table:
        yield f"SIDES = {SIDES!r}"
    yield "SEEN = {"
    yield from (f"    {text!r}," for text in situations.seen)
    yield "}"
    yield ""
    yield ""
    yield from _NAMING
    yield ""
    yield ""
    yield from _situation(situations, theory)
    yield ""
    yield ""
    yield "def uncertain(state: State, action: Action) -> str | None:"
    yield '    """Why the outcome of an action here is a guess: no transition showed it in such a situation."""'
    yield "    text = situation(state, action)"
    yield '    return None if text in SEEN else f"never seen: {text}"'


_NAMING = [
    "def note(value) -> str:",
    '    """A value in words; large numbers and nested values are not told apart."""',
    "    if isinstance(value, (tuple, FrozenMap)):",
    '        return "something"',
    f'    return "a number" if isinstance(value, (int, float)) and not -{FEW} < value < {FEW} else str(value)',
    "",
    "",
    "def named(thing: Object) -> str:",
    '    """A thing in words: its type, and what of it is telling."""',
    "    notes = [note(thing[attr] if attr in thing else None) for attr in TELLING.get(thing.type, ())]",
    "    return f\"{thing.type}({' '.join(notes)})\" if notes else thing.type",
    "",
    "",
    "def crowd(things: list[Object], but: str) -> str:",
    '    """Several things in words, the actor left out."""',
    '    return " ".join(sorted(named(thing) for thing in things if thing.type != but)) or "nothing"',
]


def _situation(situations: Situations, theory: Theory) -> Iterator[str]:
    shape, frame = theory.shape, theory.frame
    yield "def situation(state: State, action: Action) -> str:"
    yield '    """What the action meets, in words."""'
    yield "    words = [action.name]"
    yield "    for arg in action.args:"
    yield "        things = [t for t in state if isinstance(arg, str) and any(t[name] == arg for name in t)]"
    yield '        words.append("with " + " ".join(sorted(named(thing) for thing in things)))'
    if shape.actor is not None:
        actor = variable(shape.actor)
        yield f"    {actor} = state.of({shape.actor!r})[0]"
        yield f"    words.append(named({actor}))"
        if shape.place is not None:
            yield f'    words.append("on " + crowd(at(state, here({actor})), {shape.actor!r}))'
            if frame.table:
                yield "    way = direction(state, action)"
                yield "    if way is None:"
                yield f"        free = [side for side in SIDES if not at(state, beside({actor}, side))]"
                yield "        words.append('open to ' + (' '.join(f'{x:+d}{y:+d}' for x, y in free) or 'nothing'))"
                yield "    else:"
                yield f"        front = at(state, ahead({actor}, way), )".replace(", )", ")")
                yield f'        words.append("facing " + crowd(front, {shape.actor!r}))'
                if situations.pushed:
                    yield f"        if any(thing.type in {situations.pushed!r} for thing in front):"
                    yield f"            beyond = at(state, ahead({actor}, way, 2))"
                    yield f'            words.append("before " + crowd(beyond, {shape.actor!r}))'
    yield '    return ", ".join(words)'
