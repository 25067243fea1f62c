"""When actions are offered: learned from rows that tell what the environment offered in their state.

An action with arguments is offered for few of its many groundings. So every state teaches many cases of "no"; those
that a rule gets wrong are kept, and the rule is found anew until it stands up to the state, and then to all states
before it. What is learned is a function of the states in their order; a state that fits changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from sandbox.data.records import Transition
from sandbox.runtime.actions import Action
from sandbox.runtime.values import Value
from synth_server.inductive.cheapest import cheapest
from synth_server.inductive.desk import Extents, extents_of
from synth_server.inductive.evidence import masks
from synth_server.inductive.features import ArgEquals, ArgIs, AtLeast, Attribute, Equal, Exceeds, Exists
from synth_server.inductive.habits import Habits, Told
from synth_server.inductive.offer_hopes import Changing, changing, wider
from synth_server.inductive.offer_language import Either, offer_features
from synth_server.inductive.refs import FromArg, Path, Ref, Row, View
from synth_server.inductive.rules import Conjunction, Literal, Priced
from synth_server.inductive.scene import Step

ROUNDS = 12  # new rules for one state and one action
SWEEPS = 3  # over the states before it, after a new rule
AT_ONCE = 8  # wrong cases of a state that are kept in a round, of either kind
MOST_PAIRS = 200  # of literals, one of which holds
OR = 1.0  # bits that it takes to say "or"
WORD = 1.5  # bits by which a certain word is dearer than what is true or false
MOST_CASES = 600  # of an action, of either kind; one that had so many is left as it is

Args = tuple[Value, ...]


@dataclass(frozen=True)
class Offer:
    """An action is offered ``when`` something holds; ``kinds`` are the types of what its arguments name.

    ``seen`` counts how often it was; ``steady`` are the attributes, by argument, that all such things have.
    """

    name: str
    kinds: tuple[str, ...]
    when: Conjunction
    seen: int
    steady: tuple[tuple[str, ...], ...] = ()


@dataclass
class _Lesson:
    """What was learned of one action, and the cases that taught it."""

    kinds: tuple[str, ...]
    when: Conjunction | None = None  # never
    seen: int = 0
    yes: list[Row] = field(default_factory=list)
    no: list[Row] = field(default_factory=list)
    hoped: Conjunction | None = None  # a wider condition that no state speaks against
    hoped_of: tuple[Conjunction | None, int] = (None, 0)  # the rule that it was made of, and the states looked at

    @property
    def best(self) -> Conjunction | None:
        """The widest condition known."""
        return self.hoped or self.when


class Lessons:
    """What rows taught of when actions are offered. Told of more rows, it goes on where it stopped."""

    def __init__(self) -> None:
        self._shape: tuple[object, ...] = ()
        self._told: list[int] = []
        self._known: set[int] = set()
        self._states: list[tuple[Step, dict[str, set[Args]]]] = []  # and what was offered in each
        self._lessons: dict[str, _Lesson] = {}
        self._odd = False

    def learn(self, view: View, steps: Sequence[Step], transitions: Sequence[Transition]) -> tuple[Offer, ...]:
        """When each action is offered; nothing where a row does not tell what was, or arguments name no things."""
        keys = [row.state.fingerprint() for row in transitions]
        shape = (view.shape.types, view.shape.singles, view.shape.names)
        if shape != self._shape or keys[: len(self._told)] != self._told:
            self.__init__()  # type: ignore[misc]  # other rows: everything anew
            self._shape = shape
        extents = extents_of(steps[:1])
        for number in range(len(self._told), len(steps)):
            self._told.append(keys[number])
            self._take_in(view, steps[number], keys[number], transitions[number].available, extents)
        if self._odd:
            return ()
        attributes = changing(steps)
        for name, lesson in self._lessons.items():
            self._hope(view, lesson, name, attributes)
        return tuple(
            Offer(name, lesson.kinds, lesson.best, lesson.seen, tuple(_steady(kind, steps) for kind in lesson.kinds))
            for name, lesson in sorted(self._lessons.items())
            if lesson.best is not None
        )

    def _hope(self, view: View, lesson: _Lesson, name: str, attributes: Changing) -> None:
        """Widens what was learned as far as all states allow."""

        def stands(when: Conjunction, first: int = 0) -> bool:
            return all(
                set(_holding(view, lesson.kinds, when, step, name)) == offered.get(name, set())
                for step, offered in self._states[first:]
            )

        former, looked = lesson.hoped_of
        if former != lesson.when:
            lesson.hoped, looked = None, 0
        if lesson.when is not None and (lesson.hoped is None or not stands(lesson.hoped, looked)):
            found = wider(lesson.when, [*lesson.yes, *lesson.no], attributes)
            lesson.hoped = next(filter(stands, found), None)
        lesson.hoped_of = (lesson.when, len(self._states))

    def _take_in(self, view: View, step: Step, key: int, available: Sequence[Action] | None, extents: Extents) -> None:
        if available is None:
            self._odd = True
        if self._odd or key in self._known:
            return
        self._known.add(key)
        offered: dict[str, set[Args]] = {}
        for action in available or ():
            things = [step.before.called(arg) for arg in action.args]
            kinds = tuple(thing.type if thing is not None else "" for thing in things)
            lesson = self._lessons.setdefault(action.name, _Lesson(kinds))
            if "" in kinds or lesson.kinds != kinds:
                self._odd = True
                return
            offered.setdefault(action.name, set()).add(tuple(action.args))
        self._states.append((step, offered))
        for name, lesson in self._lessons.items():
            lesson.seen += len(offered.get(name, ()))
            if _study(view, lesson, step, name, offered.get(name, set()), extents):
                self._look_back(view, lesson, name, extents)

    def _look_back(self, view: View, lesson: _Lesson, name: str, extents: Extents) -> None:
        """Has a new rule stand up to the states that a former one was found for."""
        for _ in range(SWEEPS):
            news = [
                _study(view, lesson, step, name, offered.get(name, set()), extents) for step, offered in self._states
            ]
            if not any(news):
                return


def _study(view: View, lesson: _Lesson, step: Step, name: str, offered: set[Args], extents: Extents) -> bool:
    """Finds rules until one tells exactly what was offered in a state, or none is found; whether there is a new one."""
    former = lesson.when
    for _ in range(ROUNDS):
        if max(len(lesson.yes), len(lesson.no)) > MOST_CASES:
            break
        told = groundings(view, lesson, step, name)
        missed, wrong = sorted(offered - told, key=repr), sorted(told - offered, key=repr)
        if not missed and not wrong:
            break
        right = () if lesson.yes and lesson.yes[-1].step.before is step.before else sorted(offered & told, key=repr)
        lesson.yes += [_row(step, name, args) for args in (*_some(right), *_some(missed))]
        lesson.no += [_row(step, name, args) for args in _some(wrong)]
        when = _rule(view, lesson, extents)
        if when is None:
            break
        lesson.when = when
    return lesson.when != former


def _steady(kind: str, steps: Sequence[Step]) -> tuple[str, ...]:
    """The attributes that all things of a type have, in the states seen."""
    things = {t.digest: t for step in steps for scene in (step.before, step.after) for t in scene.of.get(kind, ())}
    every = [set(thing.attrs) for thing in things.values()]
    return tuple(sorted(set[str].intersection(*every))) if every else ()


def _some(cases: Sequence[Args]) -> Sequence[Args]:
    """A few cases from all over."""
    gap = -(-len(cases) // AT_ONCE)
    return cases[:: gap or 1]


def _row(step: Step, name: str, args: Iterable[Value]) -> Row:
    return Row(replace(step, action=Action(name, args)), None, None, None, None)


def _rule(view: View, lesson: _Lesson, extents: Extents) -> Conjunction | None:
    """The cheapest conjunction, of literals or of one or another, that holds in all cases of yes and in none of no."""
    rows = [*lesson.yes, *lesson.no]
    wanted = (1 << len(lesson.yes)) - 1
    unwanted = ((1 << len(rows)) - 1) ^ wanted
    features = offer_features(view, rows, extents)
    priced = map(_by_word, Habits().prices(Told(masks(features, rows), features, len(rows))))
    choices = sorted(priced, key=lambda choice: choice.cost)
    choices = [*choices, *_either(wanted, unwanted, choices)]
    found = cheapest(wanted, unwanted, choices) or _greedy(wanted, unwanted, choices)
    return None if found is None else tuple(choice.literal for choice in found)


def _by_word(choice: Priced) -> Priced:
    """The literal, dearer where it asks for one word of many: that something is true of a thing says more."""
    token = choice.literal.token
    word = isinstance(choice.literal.feature, Attribute) and isinstance(token, tuple) and token[1:2] == ("str",)
    return replace(choice, cost=choice.cost + WORD) if word else choice


def _greedy(wanted: int, unwanted: int, choices: Sequence[Priced]) -> tuple[Priced, ...] | None:
    """The literals that reject most at their price, one after the other."""
    taken: list[Priced] = []
    able = [choice for choice in choices if not wanted & ~choice.mask]
    left = unwanted
    while left:
        best = max(able, key=lambda choice: (left & ~choice.mask).bit_count() / choice.cost, default=None)
        if best is None or not left & ~best.mask:
            return None
        taken.append(best)
        left &= best.mask
    return tuple(taken)


def _either(wanted: int, unwanted: int, choices: Sequence[Priced]) -> list[Priced]:
    """Pairs of literals, one of which holds in all wanted rows: those that reject most at their price."""
    some = [choice for choice in choices if choice.mask & wanted and unwanted & ~choice.mask]
    found: dict[int, Priced] = {}
    for i, one in enumerate(some):
        lacking = wanted & ~one.mask
        for other in some[i + 1 :] if lacking else ():
            if lacking & ~other.mask or not wanted & ~other.mask:
                continue
            mask, cost = one.mask | other.mask, one.cost + other.cost + OR
            known = found.get(mask)
            if unwanted & ~mask and (known is None or cost < known.cost):
                found[mask] = Priced(Literal(Either((one.literal, other.literal)), True), mask, cost)
    best = sorted(found.values(), key=lambda pair: (unwanted & ~pair.mask).bit_count() / pair.cost, reverse=True)
    return best[:MOST_PAIRS]


def groundings(view: View, lesson: "_Lesson | Offer", step: Step, name: str) -> set[Args]:
    """The arguments for which an action is offered in the state before a step, by what was learned."""
    return set() if lesson.when is None else set(_holding(view, lesson.kinds, lesson.when, step, name))


def _holding(view: View, kinds: tuple[str, ...], when: Conjunction, step: Step, name: str) -> Iterator[Args]:
    """The groundings in which a conjunction holds: things are looked at alone first, then together."""
    looks = [(literal, args_of(literal)) for literal in when]
    empty: list[Value] = [None] * len(kinds)

    def holds(args: Sequence[Value], about: Iterable[frozenset[int]]) -> bool:
        row, wanted = _row(step, name, args), set(about)
        return all(
            (literal.token in literal.feature.tokens(row)) is literal.positive
            for literal, looked in looks
            if looked in wanted
        )

    if not holds(empty, [frozenset()]):
        return
    lists: list[list[Value]] = []
    for place, kind in enumerate(kinds):
        attr = view.shape.names[kind]
        named = [thing.attrs[attr] for thing in step.before.of.get(kind, ())]
        alone = frozenset((place,))
        lists.append([n for n in named if holds([*empty[:place], n, *empty[place + 1 :]], [alone])])
    together = {looked for _, looked in looks if len(looked) > 1}
    for args in product(*lists):
        if not together or holds(args, together):
            yield args


def args_of(literal: Literal) -> frozenset[int]:
    """The arguments that a literal looks at, by number."""
    feature = literal.feature
    if isinstance(feature, Either):
        return frozenset[int]().union(*map(args_of, feature.literals))
    if isinstance(feature, ArgIs):
        return frozenset((feature.index,))
    if isinstance(feature, ArgEquals):
        return frozenset((feature.index,)) | args_named(feature.path.ref)
    if isinstance(feature, Attribute | AtLeast):
        return args_named(feature.path.ref)
    if isinstance(feature, Equal | Exceeds):
        return args_named(feature.left.ref) | args_named(feature.right.ref)
    assert isinstance(feature, Exists)
    return args_named(feature.ref)


def args_named(ref: Ref) -> frozenset[int]:
    """The arguments that a reference leads from."""
    if ref.how == "arg":
        return frozenset((ref.index,))
    found = args_named(ref.base) if ref.base is not None else frozenset[int]()
    for _, source in ref.matches:
        if isinstance(source, FromArg):
            found |= {source.index}
        elif isinstance(source, Path):
            found |= args_named(source.ref)
    return found
