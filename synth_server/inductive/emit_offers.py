"""When actions are offered, as Python: one function an action, which finds its groundings without trying them all."""

import re
from collections.abc import Iterator, Sequence

from synth_server.inductive.emit_effects import preamble
from synth_server.inductive.emit_schemas import ORDINALS
from synth_server.inductive.emit_terms import Names, term
from synth_server.inductive.emit_text import WIDTH, access, bracketed, filled, phrase, value_text, variable
from synth_server.inductive.features import ArgEquals, Attribute, Equal
from synth_server.inductive.offer_language import Either
from synth_server.inductive.offers import Offer, args_named, args_of
from synth_server.inductive.refs import Path, Ref
from synth_server.inductive.rules import Literal
from synth_server.inductive.theory import Theory


def emit_offers(theory: Theory, offers: Sequence[Offer]) -> Iterator[str]:
    """The functions, and ``actions``, which asks them all."""
    calls: list[str] = []
    plain: list[str] = []
    for offer in offers:
        if not offer.kinds and not offer.when:
            plain.append(f"Action({offer.name!r})")
            continue
        name = f"may_{variable(offer.name).rstrip('_')}"
        name = f"{name}_{len(calls)}" if name in calls else name
        calls.append(name)
        yield from _function(theory, name, offer)
        yield ""
        yield ""
    yield "def actions(state: State) -> list[Action]:"
    yield '    """The actions that are offered."""'
    yield from bracketed("    return [", [*plain, *(f"*{call}(state)" for call in calls)], "]")


def _function(theory: Theory, name: str, offer: Offer) -> Iterator[str]:
    writer = _Writer(theory, offer)
    lines = list(writer.lines())
    yield f"def {name}(before: State) -> list[Action]:"
    yield f'    """Where {phrase(offer.name)} is offered (seen {offer.seen} times)."""'
    yield from preamble(theory, "\n".join(lines), None)
    args = ", ".join(access(ORDINALS[i], theory.shape.names[kind]) for i, kind in enumerate(offer.kinds))
    made = f"Action({offer.name!r}, [{args}])" if args else f"Action({offer.name!r})"
    short = f"    return [{made} {' '.join(line.strip() for line in lines)}]"
    if len(short) <= WIDTH:
        yield short
    else:
        yield f"    return [{made}"
        yield from [*lines[:-1], f"{lines[-1]}]"]


class _Writer:
    """Loops over the arguments, those first that a relation picks out, each with the tests that it allows."""

    def __init__(self, theory: Theory, offer: Offer) -> None:
        self._shape = theory.shape
        self._names = Names(theory.view, None)
        self._kinds = offer.kinds
        self._left = list(offer.when)
        self._steady = [offer.steady[place] for place in range(len(offer.kinds))]
        self._bound: set[int] = set()

    def lines(self) -> Iterator[str]:
        """The lines of the comprehension after its first."""
        if not self._kinds:
            yield from self._tests("        for _ in [None]")
        waiting = list(range(len(self._kinds)))
        while waiting:
            keys = [(self._key(place), place) for place in waiting]
            (rank, match, literal), place = min(keys, key=lambda item: (item[0][0], item[1]))
            del rank
            waiting.remove(place)
            self._bound.add(place)
            if literal is not None:
                self._left.remove(literal)
            kind = self._kinds[place]
            source = f"having(before, {kind!r}, {{{match}}})" if match else f"before.of({kind!r})"
            yield from self._tests(f"        for {ORDINALS[place]} in {source}")

    def _key(self, place: int) -> tuple[int, str, Literal | None]:
        """How a thing that an argument names is found: by its name, by what it has in common with what is known."""
        best: tuple[int, str, Literal | None] = (3, "", None)
        for literal in self._left:
            found = self._match(literal, place)
            if found is not None and found[0] < best[0]:
                best = (*found, literal)
        return best

    def _match(self, literal: Literal, place: int) -> tuple[int, str] | None:
        feature, mine = literal.feature, Ref("arg", index=place)
        if not literal.positive or not args_of(literal) <= self._bound | {place}:
            return None
        if isinstance(feature, ArgEquals) and feature.index == place and args_named(feature.path.ref) <= self._bound:
            name = self._shape.names[self._kinds[place]]
            return 0, f"{name!r}: {self._told(self._names.path(feature.path))}"
        if isinstance(feature, Equal):
            for one, other in ((feature.left, feature.right), (feature.right, feature.left)):
                if one.ref == mine and one.attr != "type" and args_named(other.ref) <= self._bound:
                    return 1, f"{one.attr!r}: {self._told(self._names.path(other))}"
        if isinstance(feature, Attribute) and feature.path == Path(mine, feature.path.attr):
            token = literal.token
            if isinstance(token, tuple) and token[0] == "is" and feature.path.attr != "type":
                return 2, f"{feature.path.attr!r}: {value_text(token[2])}"
        return None

    def _tests(self, head: str) -> Iterator[str]:
        """A loop with the conditions that may be told now."""
        ready = [literal for literal in self._left if args_of(literal) <= self._bound]
        self._left = [literal for literal in self._left if literal not in ready]
        texts = [self._told(self._text(literal)) for literal in ready]
        line = f"{head} if {' and '.join(texts)}" if texts else head
        if len(line) <= WIDTH:
            yield line
        else:
            yield head
            yield from filled([f"if {texts[0]}", *(f"and {text}" for text in texts[1:])], "        ")

    def _text(self, literal: Literal) -> str:
        if isinstance(literal.feature, Either):
            return f"({' or '.join(map(self._text, literal.feature.literals))})"
        return term(literal, self._names)

    def _told(self, text: str) -> str:
        """An expression in which what is bound is spoken of by its variable."""
        for place in sorted(self._bound):
            var = ORDINALS[place]
            text = text.replace(f"called(before, argument(action, {place}))", var)
            text = text.replace(f"argument(action, {place})", access(var, self._shape.names[self._kinds[place]]))
            for attr in self._steady[place]:
                text = re.sub(rf"get\({var}, {attr!r}(, \.\.\.)?\)", access(var, attr), text)
        return text
