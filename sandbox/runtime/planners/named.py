"""What the goal's words name, and what success asks of it: found by asking the reward about states nobody reached.

A thing is named where one of its words stands in the goal. A *wish* is a small set of *atoms* (a thing, an attribute, a
value) that would bring success together, and none of which would without the others. How many atoms of the nearest
wish are missing tells how far a state is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import accumulate, combinations, islice

from ..model import UnknownGoal
from ..objects import Body, body_digest
from ..values import Value
from .space import Marks
from .tree import Tree

_LEAST = 3  # letters of a word that counts where words of the goal begin with it, or make it together
_ENDING = 2  # letters, at most, that the goal's word may have beyond it
_TESTS = 4000  # states that the reward is asked about
_MOST_WISHES = 400
_VALUES = 40  # of an attribute that are tried

Asked = dict[tuple[bool, frozenset[tuple[int, str, str, Value]]], bool]  # what a made-up state was found to bring
Atom = tuple[str, tuple[Value, ...], str, Value]  # the thing's type and what never changes of it; attribute and value


def squeezed(text: str) -> str:
    """The letters of a text."""
    return "".join(re.findall(r"[^\W\d_]+", text.lower()))


def named_of(bodies: Sequence[Body], goal: str, owners: Mapping[Value, str]) -> list[Body]:
    """The bodies of which a word stands in the goal; words that are names of other things do not count."""
    spoken = re.findall(r"[^\W\d_]+", goal.lower())
    begun = [("".join(spoken[i:]), set(accumulate(map(len, spoken[i:])))) for i in range(len(spoken))]

    @cache
    def told(word: str) -> bool:
        if len(word) < _LEAST:
            return word in spoken
        longer = range(len(word), len(word) + _ENDING + 1)
        return any(rest.startswith(word) and not length.isdisjoint(longer) for rest, length in begun)

    def stands(body: Body) -> bool:
        words = [v for v in body.data.values() if isinstance(v, str) and owners.get(v) in (None, body.type)]
        return any(map(told, map(squeezed, words)))

    return [body for body in bodies if stands(body)]


def identities(bodies: Sequence[Body]) -> dict[Value, str]:
    """By word that is different for every body of a type, the type; of several types the one with most bodies."""
    values: dict[tuple[str, str], list[Value]] = {}
    count = Counter(body.type for body in bodies)
    for body in bodies:
        for name, value in body.data.items():
            if isinstance(value, str):
                values.setdefault((body.type, name), []).append(value)
    found: dict[Value, str] = {}
    known: set[str] = set()
    for (kind, _), told in sorted(values.items(), key=lambda item: -count[item[0][0]]):
        if len(set(told)) == len(told) == count[kind] > 1 and kind not in known:
            known.add(kind)
            found = dict.fromkeys(told, kind) | found  # a record of some things is not what their names stand for
    return found


class Concern:
    """What a goal has to do with: what it names, what that refers to at the start, and what there is but one of.

    ``whole`` is all that there is, also where the search is in a smaller world: it tells what is told apart by name.
    """

    def __init__(self, tree: Tree, whole: Sequence[Body]) -> None:
        self._space = tree.space
        bodies = [*self._space.ground, *(self._space.body(mark) for mark in tree.start if mark >= 0)]
        owners = self.owners = identities(whole)
        count = Counter(body.type for body in whole)
        self._singles = {kind for kind in count if count[kind] == 1}
        named = named_of(bodies, tree.problem.goal, owners)
        self._words = {value for body in named for value in words_of(body) if value in owners}
        self._names = {value for body in named for value in words_of(body) if owners.get(value) == body.type}
        self._known: dict[int, bool] = {}
        self._met: dict[int, bool] = {}

    def met(self, marks: Marks) -> bool:
        """Whether something that there is but one of, such as the agent, refers to what the goal names."""
        known = self._met
        return any(known[mark] if mark in known else self._meets(mark) for mark in marks)

    def of(self, marks: Marks) -> Marks:
        """The marks of these that stand for such bodies."""
        known = self._known
        return tuple([mark for mark in marks if (known[mark] if mark in known else self._look(mark))])

    def _meets(self, mark: int) -> bool:
        body = self._space.body(mark)
        found = self._met[mark] = body.type in self._singles and not self._names.isdisjoint(words_of(body))
        return found

    def _look(self, mark: int) -> bool:
        body = self._space.body(mark)
        found = self._known[mark] = body.type in self._singles or not self._words.isdisjoint(words_of(body))
        return found


def words_of(body: Body) -> set[str]:
    """The words among a body's values."""
    return {value for value in body.data.values() if isinstance(value, str)}


class Nearness:
    """How far the nearest wish is; 0 for all states while there is no wish.

    That is how many of its atoms are missing, less those that did not hold at the start. So what was done for one thing
    counts even if another had as much from the start.
    """

    def __init__(self, tree: Tree, owners: Mapping[Value, str], asked: Asked) -> None:
        """``owners`` are the :func:`identities`, ``asked`` what was asked before; it is added to."""
        self._tree = tree
        self._asked = asked
        self._touched = {kind: frozenset(names) for kind, names in tree.expander.touched.items()}
        self._numbers: dict[Atom, int] = {}
        self._held: dict[int, frozenset[int]] = {}
        bodies = [*tree.space.ground, *(tree.space.body(mark) for mark in tree.start)]
        self._owners = owners
        self._links: dict[str, set[str]] = {body.type: set() for body in bodies}  # what tells of things of other types
        for body in bodies:
            self._links[body.type] |= {n for n, v in body.data.items() if self._owners.get(v, body.type) != body.type}
        self._wishes = self._find()
        self._first = self._atoms(tree.start)

    @property
    def known(self) -> bool:
        """Whether there is a wish."""
        return bool(self._wishes)

    def far(self, marks: Marks) -> int:
        """How far the nearest wish is from a state."""
        atoms = self._atoms(marks)
        gained = atoms - self._first
        return min([len(wish - atoms) - len(wish & gained) for wish in self._wishes], default=0)

    def _atoms(self, marks: Marks) -> frozenset[int]:
        held = [self._held[mark] if mark in self._held else self._holds(mark) for mark in marks]
        return frozenset[int]().union(*[one for one in held if one])

    def _holds(self, mark: int) -> frozenset[int]:
        found = frozenset[int]()
        if mark >= 0:
            body = self._tree.space.body(mark)
            head = self._head(body)
            atoms = [(*head, name, value) for name, value in body.data.items()]
            found = frozenset(self._numbers[atom] for atom in atoms if atom in self._numbers)
        self._held[mark] = found
        return found

    def _head(self, body: Body) -> tuple[str, tuple[Value, ...]]:
        """What is the same of a thing in all states; what it refers to, and what is true or false of it, may change."""
        changing = self._touched.get(body.type, frozenset()) | self._links.get(body.type, set())
        kept = [v for name, v in body.data.items() if name not in changing and not isinstance(v, bool)]
        return body.type, tuple(kept)

    def _find(self) -> list[frozenset[int]]:
        """The wishes: of things that refer to nothing else than a wish says, failing that of things as they are."""
        return self._found(alone=True) or self._found(alone=False)

    def _found(self, *, alone: bool) -> list[frozenset[int]]:
        tests = 0
        choices = list(self._choices())
        found: list[frozenset[int]] = []
        for size in (1, 2):
            for some in sorted(combinations(choices, size), key=_order):
                if len({(mark, name) for mark, name, _ in some}) < size:
                    continue
                atoms = frozenset(self._number(*one) for one in some)
                if any(wish < atoms for wish in found):
                    continue
                tests += 1
                if tests > _TESTS or len(found) >= _MOST_WISHES:
                    break
                if self._brings_success(some, alone=alone):
                    found.append(atoms)
        return found

    def _brings_success(self, some: Sequence[tuple[int, str, Value]], *, alone: bool) -> bool:
        space = self._tree.space
        told = frozenset((body_digest(space.body(mark)), name, type(v).__name__, v) for mark, name, v in some)
        if (alone, told) not in self._asked:
            moves: dict[int, dict[str, Value]] = {}
            for mark, name, value in some:
                body = space.body(mark)
                bare = dict.fromkeys(self._links[body.type] & body.data.keys()) if alone else {}
                moves.setdefault(mark, bare)[name] = value
            self._asked[alone, told] = _pays(self._tree, moves)
        return self._asked[alone, told]

    def _number(self, mark: int, name: str, value: Value) -> int:
        atom = (*self._head(self._tree.space.body(mark)), name, value)
        return self._numbers.setdefault(atom, len(self._numbers))

    def _choices(self) -> Iterator[tuple[int, str, Value]]:
        """What may be asked: of what is named, and of the only one of its type."""
        tree, space, owners = self._tree, self._tree.space, self._owners
        bodies = [*space.ground, *(space.body(mark) for mark in tree.start)]
        named = named_of(bodies, tree.problem.goal, owners)
        told = {value: None for body in named for value in body.data.values() if isinstance(value, str)}
        seen = _seen(space.bodies)
        for mark in (mark for mark in tree.start if mark >= 0):
            body = space.body(mark)
            if body not in named and sum(other.type == body.type for other in bodies) > 1:
                continue
            switches = {name for name, value in body.data.items() if isinstance(value, bool) and body in named}
            links = self._links[body.type] if body in named else set[str]()
            for name in sorted(switches | links | self._touched.get(body.type, frozenset())):
                if name not in body.data:
                    continue
                if name in switches:
                    yield mark, name, not body.data[name]
                    continue
                pool = dict(seen[body.type, name])
                kinds = {owners[value] for value in pool if value in owners}
                if kinds:
                    names = {value: None for value in told if owners.get(value) in kinds}
                    pool = {**{value: None for value in pool if not isinstance(value, str)}, **names}
                refers = body.data[name] in owners  # then it counts that it still does
                yield from ((mark, name, v) for v in islice(pool, _VALUES) if refers or v != body.data[name])


def _order(some: Sequence[tuple[int, str, Value]]) -> tuple[bool, int]:
    """Which wishes to ask about first: that things be alike, of which there are few, then those of one thing."""
    alike = len({(name, type(value), value) for _, name, value in some}) == 1
    return not alike, len({mark for mark, _, _ in some})


def _seen(bodies: list[Body]) -> Mapping[tuple[str, str], dict[Value, None]]:
    """The values that attributes were seen to have, by type and name."""
    found: dict[tuple[str, str], dict[Value, None]] = {}
    for body in bodies:
        for name, value in body.data.items():
            found.setdefault((body.type, name), {})[value] = None
    return found


def _pays(tree: Tree, moves: dict[int, dict[str, Value]]) -> bool:
    """Whether a step into the start with some things changed would succeed."""
    marks = [mark for mark in tree.start if mark not in moves]
    for mark, values in moves.items():
        body = tree.space.body(mark)
        marks.append(tree.space.number(Body(body.type, {**body.data, **values})))
    with suppress(UnknownGoal):  # the state is made up
        return tree.problem.success.holds(*tree.expander.pays(tree.start, tuple(sorted(marks)), 0))
    return False
