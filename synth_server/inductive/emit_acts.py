"""Which actions the parts of a program are for, so that each part runs only when it may matter."""

from collections.abc import Sequence
from dataclasses import replace

from synth_server.inductive.analogy import Rule
from synth_server.inductive.effects import RecordAt
from synth_server.inductive.features import ActionName
from synth_server.inductive.rules import Conjunction, Literal
from synth_server.inductive.theory import Theory


def timely(theory: Theory) -> tuple[Rule, ...]:
    """The rules; those that record what is taken say for which actions, where things vanish for these only."""
    gone = [rule.when for rule in theory.rules if rule.slot.part == "gone" and rule.slot.kind != theory.shape.actor]
    literal = shared(gone)
    if literal is None or not literal.positive:
        return theory.rules
    return tuple(
        replace(rule, when=(literal, *rule.when))
        if isinstance(rule.effect, RecordAt) and rule.effect.taken and not any(map(_names, rule.when))
        else rule
        for rule in theory.rules
    )


def shared(conditions: Sequence[Conjunction]) -> Literal | None:
    """What holds of the action's name whenever any of these conditions does, if that can be said."""
    if not conditions:
        return None
    for literal in conditions[0]:
        if isinstance(literal.feature, ActionName) and all(_holds(literal, when) for when in conditions):
            return literal
    names = [next(filter(_names, when), None) for when in conditions]
    if None in names:
        return None
    union = frozenset().union(*(_tokens(literal) for literal in names if literal is not None))
    return Literal(ActionName((union,)), union)


def without(when: Conjunction, said: Literal | None) -> Conjunction:
    """A condition without what was said of the action before."""
    return tuple(literal for literal in when if said is None or not _same(literal, said))


def _names(literal: Literal) -> bool:
    """Whether it says which action it must be."""
    return isinstance(literal.feature, ActionName) and literal.positive


def _tokens(literal: Literal) -> frozenset[str]:
    token = literal.token
    return token if isinstance(token, frozenset) else frozenset({str(token)})


def _holds(literal: Literal, when: Conjunction) -> bool:
    return any(_same(other, literal) for other in when)


def _same(one: Literal, other: Literal) -> bool:
    both = isinstance(one.feature, ActionName) and isinstance(other.feature, ActionName)
    return both and one.positive == other.positive and _tokens(one) == _tokens(other)
