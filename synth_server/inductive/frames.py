"""Directions: a table from an action, or from an attribute of the actor, to the vector that it moves along."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sandbox.runtime.actions import Action
from sandbox.runtime.values import Value
from synth_server.inductive.kin import Families, families, guessed
from synth_server.inductive.scene import Point, Scene, Shape, Step

PURITY = 0.9  # share of an actor's moves under one key that must agree
PLAIN = 0.7  # the share where each action leads to another neighbouring place


@dataclass(frozen=True, eq=False)
class Frame:
    """``source`` is ``action``, ``arg`` or ``attr``; ``name`` the index or the attribute; ``table`` key to vector.

    Where the table says nothing, ``faces`` may: a table from the actor's attribute ``facing`` to the vector along which
    it went last.
    """

    source: str = "none"
    name: str = ""
    table: Mapping[Value, Point] = field(default_factory=dict)
    facing: str = ""
    faces: Mapping[Value, Point] = field(default_factory=dict)

    def key(self, actor_attrs: Mapping[str, Value] | None, action: Action) -> Value:
        """What the table is asked for in this situation."""
        if self.source == "action":
            return action.name
        if self.source == "arg":
            index = int(self.name)
            return action.args[index] if index < len(action.args) else None
        if self.source == "attr" and actor_attrs is not None:
            return actor_attrs.get(self.name)
        return None

    def vector(self, shape: Shape, scene: Scene, action: Action) -> Point | None:
        """The direction in this situation, or None where there is none."""
        actor = scene.single(shape.actor) if shape.actor else None
        known = self.table.get(self.key(actor.attrs if actor else None, action))
        if known is None and self.facing and actor is not None:
            return self.faces.get(actor.attrs.get(self.facing))
        return known


def families_of(frame: Frame) -> Families:
    """The actions that differ in their direction only."""
    return families(frame.table) if frame.source == "action" else ()


def find_frame(shape: Shape, steps: Sequence[Step]) -> Frame:
    """The key that explains the actor's moves best; ties go to the one with the fewest entries.

    Where no key explains them, those to the next place alone are looked at, then all as if they went one place far.
    """
    if shape.actor is None or shape.place is None:
        return Frame()
    moves = [(step, vector) for step in steps for vector in _moved(shape, step)]
    touches = [(step, vector) for step in steps for vector in _touched(shape, step)]
    near = [(step, vector) for step, vector in moves if _length(shape, vector) == 1]
    straight = [(step, _shortened(shape, vector)) for step, vector in moves if 0 in vector]
    for evidence in (moves, near if len(near) * 4 > len(moves) else [], straight):
        frame = _find(shape, steps, evidence or touches, touches)
        if frame.table:
            return frame if frame.source == "attr" else _facing(frame, shape, steps)
    return Frame()


def _facing(frame: Frame, shape: Shape, steps: Sequence[Step]) -> Frame:
    """The frame with the attribute of the actor that tells after a step along which direction it was told to go."""
    assert shape.actor is not None
    for name in shape.types[shape.actor]:
        told: dict[Value, Counter[Point]] = {}
        for step in steps:
            old, new = step.before.single(shape.actor), step.after.single(shape.actor)
            vector = frame.vector(shape, step.before, step.action)
            if old is not None and new is not None and vector is not None and name in new.attrs:
                told.setdefault(new.attrs[name], Counter())[vector] += 1
        rows = sum(counts.total() for counts in told.values())
        table = {value: min(counts, key=lambda v: (-counts[v], v)) for value, counts in told.items()}
        agreed = sum(max(counts.values()) for counts in told.values())
        plain = all(isinstance(value, str | int) for value in table) and name not in (shape.place or ())
        if plain and len(set(table.values())) == len(table) > 1 and agreed >= PURITY * rows:
            return replace(frame, facing=name, faces=table)
    return frame


def _find(
    shape: Shape, steps: Sequence[Step], moves: Sequence[tuple[Step, Point]], touches: Sequence[tuple[Step, Point]]
) -> Frame:
    best: tuple[float, float, Frame] | None = None
    for frame in _candidates(shape, steps):
        table, agreed = _modal(shape, frame, moves)
        if not table or None in table or agreed < (PLAIN if _plain(shape, frame, table) else PURITY):
            continue
        if frame.source != "action" and len(table) * 2 > len(moves) + 4:
            continue
        if len(set(table.values())) < len(table) / 2 and len(table) > 2:
            continue  # many keys for few vectors: the key is not what decides
        turns = frame.source == "attr" and _quarters(shape, frame.name, steps) is not None
        rank = (round(agreed, 3), (0.5 if turns else 0.0) - len(table))
        if best is None or rank > best[:2]:
            more, sure = _modal(shape, frame, touches)
            best = (*rank, Frame(frame.source, frame.name, {**more, **table} if sure >= PURITY else table))
    if best is None:
        return Frame()
    return _completed(best[2], steps, shape)


def _plain(shape: Shape, frame: Frame, table: Mapping[Value, Point]) -> bool:
    """Whether the action or an argument says to which of the neighbouring places it goes, each to another."""
    near = all(_length(shape, vector) == 1 for vector in table.values())
    return frame.source != "attr" and near and len(table) > 2 and len(set(table.values())) == len(table)


def _length(shape: Shape, vector: Point) -> int:
    """How many places far a vector leads, along both axes."""
    return abs(vector[0]) // shape.unit[0] + abs(vector[1]) // shape.unit[1]


def _shortened(shape: Shape, vector: Point) -> Point:
    """The vector to the next place in the same direction."""
    x, y = vector
    return (((x > 0) - (x < 0)) * shape.unit[0], ((y > 0) - (y < 0)) * shape.unit[1])


def _modal(shape: Shape, frame: Frame, evidence: Sequence[tuple[Step, Point]]) -> tuple[dict[Value, Point], float]:
    """The commonest vector for each key, and the share of the evidence that agrees with it."""
    tally: dict[Value, Counter[Point]] = {}
    for step, vector in evidence:
        old = step.before.single(shape.actor or "")
        tally.setdefault(frame.key(old.attrs if old else None, step.action), Counter())[vector] += 1
    table = {key: min(counts, key=lambda v: (-counts[v], v)) for key, counts in tally.items()}
    return table, sum(max(counts.values()) for counts in tally.values()) / max(1, len(evidence))


def _candidates(shape: Shape, steps: Sequence[Step]) -> list[Frame]:
    assert shape.actor is not None
    assert shape.place is not None
    frames = [Frame("action", "")]
    frames += [Frame("arg", str(i)) for i in range(max((len(step.action.args) for step in steps), default=0))]
    for name in shape.types[shape.actor]:
        if name not in shape.place:
            frames.append(Frame("attr", name))
    return frames


def _moved(shape: Shape, step: Step) -> Iterator[Point]:
    """Where the actor went, if it did."""
    old, new = step.before.single(shape.actor or ""), step.after.single(shape.actor or "")
    if old and new and old.pos and new.pos and old.pos != new.pos:
        yield (new.pos[0] - old.pos[0], new.pos[1] - old.pos[1])


def _touched(shape: Shape, step: Step) -> Iterator[Point]:
    """At what unit offset from the actor, which stayed, something else changed."""
    old = step.before.single(shape.actor or "")
    if old is None or old.pos is None or any(_moved(shape, step)):
        return
    touched = {thing.pos for thing, after in step.pairs if after is None or after.digest != thing.digest}
    touched |= {thing.pos for thing in step.created}
    for pos in sorted(p for p in touched if p is not None):
        offset = (pos[0] - old.pos[0], pos[1] - old.pos[1])
        if _length(shape, offset) == 1:
            yield offset


def _quarters(shape: Shape, attr: str, steps: Sequence[Step]) -> list[int] | None:
    """The values of an attribute of the actor's, if they may be quarter turns: up to four small integers."""
    assert shape.actor is not None
    seen: set[int] = set()
    for step in steps:
        for scene in (step.before, step.after):
            actor = scene.single(shape.actor)
            value = actor.attrs.get(attr) if actor is not None else None
            if type(value) is not int:
                return None
            seen.add(value)
    return sorted(seen) if 1 < len(seen) <= 4 and max(seen) - min(seen) <= 3 else None


def _completed(frame: Frame, steps: Sequence[Step], shape: Shape) -> Frame:
    """The table with directions not yet seen filled in, where names tell them, or integer keys turn in quarters."""
    if frame.source == "action":
        more = guessed(frame.table, {step.action.name for step in steps})
        return replace(frame, table={**frame.table, **more})
    keys = _quarters(shape, frame.name, steps) if frame.source == "attr" else None
    if keys is None:
        return frame
    key0, vector0 = sorted(frame.table.items())[0]
    for sign in (1, 3):
        guess: dict[Value, Point] = {key: _turned(vector0, (key - key0) * sign % 4) for key in keys}
        if all(guess[key] == vector for key, vector in frame.table.items()):
            return Frame(frame.source, frame.name, {**guess, **frame.table})
    return frame


def _turned(vector: Point, quarters: int) -> Point:
    x, y = vector
    return ((x, y), (-y, x), (-x, -y), (y, -x))[quarters]
