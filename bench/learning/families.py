"""Invented families of goals: a walker among things of several types and colours, all words meaningless.

A family has goals of two or three forms; each form is a wish (to stand on a thing, hold it, light it, lay it on
another) in random words in a random order. With ``synonyms``, goals call things by other words than states do.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.state import Object, State

SIZE = 6
WISHES = ("reach", "hold", "light", "lay")
WAYS = {(1, 0): 0, (-1, 0): 1, (0, 1): 2, (0, -1): 3}
STRAY = 0.3  # the share of steps taken at random


def word(rng: random.Random) -> str:
    """A word that means nothing."""
    return "".join(rng.choice("bdfgklmnprtvz") + rng.choice("aeiou") for _ in range(3))


@dataclass(frozen=True)
class Phrase:
    """A wish in words: ``{0}`` and ``{1}`` stand for what it names."""

    wish: str
    text: str


class Family:
    """A world and its goals, all of it from one seed."""

    def __init__(self, seed: int, *, synonyms: bool) -> None:
        rng = random.Random(seed)
        self._kinds = [word(rng).capitalize() for _ in range(3)]
        self._hues = [word(rng) for _ in range(4)]
        self._walker, self._hue, self._lit, self._held = word(rng).capitalize(), word(rng), word(rng), word(rng)
        self._steps = [word(rng) for _ in WAYS]
        self._take, self._put, self._flip = word(rng), word(rng), word(rng)
        self._said = {name: word(rng) if synonyms else name.lower() for name in (*self._kinds, *self._hues)}
        self._hue_first = rng.random() < 0.5
        self._phrases = [self._phrase(wish, rng) for wish in rng.sample(WISHES, rng.choice([2, 3]))]

    def _phrase(self, wish: str, rng: random.Random) -> Phrase:
        before = [word(rng) for _ in range(rng.choice([1, 2]))]
        after = [word(rng) for _ in range(rng.choice([0, 1]))]
        other = [word(rng), "{1}"] if wish == "lay" else []
        return Phrase(wish, " ".join([*before, "{0}", *other, *after]))

    @property
    def forms(self) -> int:
        """How many forms of goals there are."""
        return len(self._phrases)

    def play(self, rng: random.Random) -> list[Transition]:
        """An episode of a player who knows what to do, and does something else now and then."""
        phrase = rng.choice(self._phrases)
        state, first, second = self._begin(rng)
        goal = phrase.text.format(self._call(first), self._call(second))
        rows: list[Transition] = []
        while len(rows) < 300:
            stray = rng.random() < STRAY
            name = rng.choice(self._actions()) if stray else self._wise(phrase.wish, state, first, second)
            after = self._act(state.copy(), name)
            done = self._holds(phrase.wish, after, first, second)
            rows.append(Transition(state, Action(name), float(done), after, goal, done))
            state = after
            if done:
                break
        return rows

    def _begin(self, rng: random.Random) -> tuple[State, Object, Object]:
        """A start, and two things that goals may name; no thing is like another."""
        looks = rng.sample([(kind, hue) for kind in self._kinds for hue in self._hues], 5)
        spots = rng.sample([(x, y) for x in range(SIZE) for y in range(SIZE)], 6)
        things = [
            Object.from_mapping(kind, {"x": x, "y": y, self._hue: hue, self._lit: False})
            for (kind, hue), (x, y) in zip(looks, spots, strict=False)
        ]
        x, y = spots[-1]
        return State([*things, Object.from_mapping(self._walker, {"x": x, "y": y, self._held: None})]), *things[:2]

    def _call(self, thing: Object) -> str:
        words = [self._said[thing[self._hue]], self._said[thing.type]]
        return " ".join(words if self._hue_first else words[::-1])

    def _actions(self) -> Sequence[str]:
        return (*self._steps, self._take, self._put, self._flip)

    def _wise(self, wish: str, state: State, first: Object, second: Object) -> str:
        walker, one, other = state.of(self._walker)[0], self._find(state, first), self._find(state, second)
        if one is None:  # it is held
            return self._towards(walker, other) or self._put if other is not None else self._put
        if walker[self._held] is not None and wish in {"hold", "lay"}:
            return self._put
        done = {"reach": "", "hold": self._take, "light": self._flip, "lay": self._take}[wish]
        return self._towards(walker, one) or done

    def _towards(self, walker: Object, thing: Object) -> str:
        dx, dy = thing.x - walker.x, thing.y - walker.y
        way = ((dx > 0) - (dx < 0), 0) if dx else (0, (dy > 0) - (dy < 0))
        return self._steps[WAYS[way]] if way in WAYS else ""

    def _find(self, state: State, like: Object) -> Object | None:
        found = state.where(**{"type": like.type, self._hue: like[self._hue]})
        return found[0] if found else None

    def _act(self, state: State, name: str) -> State:
        walker = state.of(self._walker)[0]
        here = [t for t in state.where(x=walker.x, y=walker.y) if t.type != self._walker]
        if name in self._steps:
            dx, dy = next(way for way, i in WAYS.items() if self._steps[i] == name)
            if 0 <= walker.x + dx < SIZE and 0 <= walker.y + dy < SIZE:
                walker.x, walker.y = walker.x + dx, walker.y + dy
        elif name == self._take and len(here) == 1 and walker[self._held] is None:
            thing = here[0]
            walker[self._held] = {"kind": thing.type, self._hue: thing[self._hue], self._lit: thing[self._lit]}
            state.remove(thing)
        elif name == self._put and walker[self._held] is not None:
            held = walker[self._held]
            attrs = {"x": walker.x, "y": walker.y, self._hue: held[self._hue], self._lit: held[self._lit]}
            state.add(Object.from_mapping(held["kind"], attrs))
            walker[self._held] = None
        elif name == self._flip and len(here) == 1:
            here[0][self._lit] = not here[0][self._lit]
        return state

    def _holds(self, wish: str, state: State, first: Object, second: Object) -> bool:
        walker, one, other = state.of(self._walker)[0], self._find(state, first), self._find(state, second)
        if wish == "hold":
            return one is None
        if one is None:
            return False
        if wish == "reach":
            return (one.x, one.y) == (walker.x, walker.y)
        return bool(one[self._lit]) if wish == "light" else other is not None and (one.x, one.y) == (other.x, other.y)
