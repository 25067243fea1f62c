"""What a play has met, by kinds of things: where its agent was, and with what (:mod:`sandbox.runtime.sights`)."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sandbox.runtime.objects import Body
from sandbox.runtime.planners.named import identities, named_of
from sandbox.runtime.sights import Sight, Sights, sight
from sandbox.runtime.state import State, bodies_of, changes
from sandbox.runtime.values import Value

Attribute = tuple[str, str]  # of a type


class Sightings:
    """The states of a play, which attributes change and which things come and go; the rest tells words' meanings."""

    def __init__(self) -> None:
        self._fickle: set[Attribute] = set()
        self._passing: set[str] = set()  # types
        self._states: dict[State, None] = {}
        self._conditions: frozenset[str] = frozenset()  # the fickle attributes that are true or not
        self._met: dict[State, tuple[Sight, Sight]] = {}  # in passing, and closely

    def begin(self, state: State) -> None:
        """An episode starts."""
        self._states.setdefault(state)

    def add(self, before: State, after: State) -> None:
        """A step was taken."""
        self._states.setdefault(after)
        lost, gained = changes(before, after)
        news, passing = _changed(lost, gained) - self._fickle, _passing(lost, gained) - self._passing
        if news or passing:
            self._fickle |= news
            self._passing |= passing
            self._conditions |= {
                name for body in gained for name, value in body.data.items() if isinstance(value, bool)
            } & {name for _, name in news}
            self._met.clear()

    def of(self, state: State, goal: str) -> Sights:
        """What was met so far, as seen from a state."""
        for known in self._states:
            if known not in self._met:
                self._met[known] = self._sight(known)
        bodies = bodies_of(state)
        own = identities(bodies)
        return Sights(
            _seeing(bodies, self._fickle),
            self._classes(bodies),
            frozenset(own.keys() & set(self._words(named_of(bodies, goal, own)))),
            frozenset(met for met, _ in self._met.values()),
            states=self._conditions,
            closely=frozenset(closely for _, closely in self._met.values()),
        )

    def _sight(self, state: State) -> tuple[Sight, Sight]:
        bodies = bodies_of(state)
        kinds, classes = _seeing(bodies, self._fickle), self._classes(bodies)
        return sight(bodies, kinds, classes), sight(bodies, kinds, classes, self._conditions)

    def _classes(self, bodies: list[Body]) -> Mapping[str, str]:
        """What words stand for: the kinds, told by words that several may share, of what keeps such a word."""
        own = identities(bodies)
        found: dict[str, set[str]] = {}
        for body in bodies:
            words = set(self._words([body]))
            told = {word for word in words if word not in own}
            for word in words & own.keys():
                found.setdefault(word, set()).update(told)
        return {word: " ".join(sorted(told)) for word, told in found.items() if told}

    def _words(self, bodies: Iterable[Body]) -> Iterable[str]:
        """The words of things that never change."""
        for body in bodies:
            for name, value in body.data.items():
                if isinstance(value, str) and body.type not in self._passing and (body.type, name) not in self._fickle:
                    yield value


def _seeing(bodies: Iterable[Body], fickle: Iterable[Attribute]) -> frozenset[str]:
    """The types of which there is one thing, and that changes."""
    count = Counter(body.type for body in bodies)
    return frozenset(kind for kind, _ in fickle if count[kind] == 1)


def _passing(lost: Iterable[Body], gained: Iterable[Body]) -> set[str]:
    """The types of which there are more or fewer after a step."""
    before, after = (Counter(body.type for body in bodies) for bodies in (lost, gained))
    return {kind for kind in before.keys() | after.keys() if before[kind] != after[kind]}


def _changed(lost: Iterable[Body], gained: Iterable[Body]) -> set[Attribute]:
    """The attributes whose values among the things of a type are others after a step."""
    tallies: list[Counter[tuple[str, str, Value]]] = [
        Counter((body.type, name, value) for body in bodies for name, value in body.data.items())
        for bodies in (lost, gained)
    ]
    kept = {body.type for body in lost} & {body.type for body in gained}
    apart = (tallies[0] - tallies[1]) + (tallies[1] - tallies[0])
    return {(kind, name) for kind, name, _ in apart if kind in kept}
