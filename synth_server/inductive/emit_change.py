"""What happens to the things of a type, as a function or several."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from synth_server.inductive import effects as e
from synth_server.inductive.analogy import Rule
from synth_server.inductive.emit_acts import shared, without
from synth_server.inductive.emit_effects import defined, has_way, new_value, preamble, uses
from synth_server.inductive.emit_terms import Names, term, terms
from synth_server.inductive.emit_text import WIDTH, access, condition, filled, phrase, variable
from synth_server.inductive.features import Content, SelfAt
from synth_server.inductive.refs import Place
from synth_server.inductive.rules import Literal
from synth_server.inductive.theory import Theory

LONGEST, ROOM = 30, 9  # lines of a function, and of what stands around its rules


def change(theory: Theory, name: str, kind: str, said: Literal | None) -> Iterator[str]:
    """One function for all that happens to a type; ``said`` is what was said of the action before."""
    rules = [rule for rule in theory.rules if rule.slot.kind == kind]
    rules = [replace(rule, when=without(rule.when, said)) for rule in rules]
    names = Names(theory.view, kind)
    me = names.self_
    lines = [f"def {name}(before: State, state: State, action: Action) -> None:"]
    lines += says(f"{phrase(kind)}: ", rules)
    place = _shared_place(rules)
    rest = [_without(rule, place) for rule in rules]
    sweep = None if place or kind in theory.shape.singles else _sweep(rules, names)

    def loop(names: Names) -> list[str]:
        source = f"at(state, {names.place(place)}, {kind!r})" if place else f"state.of({kind!r})"
        return [f"    for {me} in {f'in_order({source}, {sweep})' if sweep else source}:"]

    if kind == theory.shape.actor:
        body = [*loop(names), *short(lambda names: list(_slots(rest, names)), names, "        ")]
    else:
        body = short(lambda names: [*loop(names), *_slots(rest, names)], names, "    ")
    lines += [*preamble(theory, "\n".join(body), kind), *body]
    if len(lines) <= LONGEST:
        yield from lines
        return
    yield from _in_parts(theory, name, rest, names, loop(names))


def says(before: str, rules: Sequence[Rule]) -> list[str]:
    """The docstring: what happens, in words, and how many transitions showed each."""
    told: dict[str, int] = {}
    for rule in rules:
        told[_words(rule)] = told.get(_words(rule), 0) + rule.support
    parts = [
        phrase(f"{what} ({f'{count} cases seen' if count else 'a hope, not seen yet'})") for what, count in told.items()
    ]
    line = f'    """{before}{"; ".join(parts)}."""'
    if len(line) <= WIDTH:
        return [line]
    parts = [f"{part};" for part in parts[:-1]] + [f"{parts[-1]}."]
    return [f'    """{before}what happens, and how often it was seen.', "", *filled(parts, "    "), '    """']


def _in_parts(theory: Theory, name: str, rules: Sequence[Rule], names: Names, loop: Sequence[str]) -> Iterator[str]:
    """The same as several functions, each for a few rules about one attribute, and one that calls them."""
    calls: list[tuple[Literal | None, str]] = []
    kind, arguments = rules[0].slot.kind, f"(before, state, action, {names.self_})"
    for slot in dict.fromkeys(rule.slot for rule in rules):
        alternatives = []
        mine = [rule for rule in rules if rule.slot == slot]
        said = shared([rule.when for rule in mine])
        mine = [replace(rule, when=without(rule.when, said)) for rule in mine]
        for number, part in enumerate(_few(mine, names), 1):
            called = f"{name}_{variable(slot.attr or slot.part)}_{number}"
            yield f"def {called}(before: State, state: State, action: Action, {names.self_}: Object) -> dict:"
            yield from says("", part)
            body = short(partial(_dedented, part), names, "    ")
            yield from preamble(theory, "\n".join(body), kind)
            yield "    new = {}"
            yield from body
            yield "    return new"
            yield ""
            alternatives.append(called + arguments)
        calls.append((said, " or ".join(alternatives)))
    yield f"def {name}(before: State, state: State, action: Action) -> None:"
    yield f'    """{phrase(kind)}: all that happens to it."""'
    yield from preamble(theory, "\n".join(loop), kind)
    yield from loop
    yield "        new = {}"
    for said, call in calls:
        yield from guarded([term(said, names)] if said else [], [f"            new |= {call}"])
    yield from _assigned(rules, names)


def _dedented(rules: Sequence[Rule], names: Names) -> list[str]:
    """The rules as they stand in a function of their own."""
    return [line[4:] for line in _chain(rules, names, several=True)]


def _few(rules: Sequence[Rule], names: Names) -> Iterator[list[Rule]]:
    """The rules, as many at a time as fit one function."""
    part: list[Rule] = []
    for rule in rules:
        if part and len(list(_chain([*part, rule], names, several=True))) > LONGEST - ROOM:
            yield part
            part = []
        part.append(rule)
    yield part


def short(lines: Callable[[Names], list[str]], names: Names, pad: str) -> list[str]:
    """The lines, with what they look at again and again found once, and what they look at once found only there.

    A direction that the actor has is read off it where the lines are about the actor itself.
    """
    frame, actor, text = names.view.frame, names.shape.actor, "\n".join(lines(names))
    others = [single for single in names.shape.singles if single not in {names.kind, actor}]
    names = replace(names, rare=frozenset(single for single in others if uses(variable(single), text) == 1))
    first = []
    if names.kind == actor and frame.source == "attr" and not frame.facing and has_way(text):
        first.append(f"{pad}way = DIRECTION.get({access(names.self_, frame.name)})")
    if text.count(names.ahead) > 1:
        first.append(f"{pad}front = {names.ahead}")
        names = replace(names, front="front")
    return [*first, *lines(names)]


def _sweep(rules: Sequence[Rule], names: Names) -> str | None:
    """The vector along which things move that may have to make way for each other, if there is one for all."""
    for rule in rules:
        for literal in rule.when:
            feature = literal.feature
            if isinstance(feature, Content) and feature.settled is not None:
                if feature.place.offset is not None:
                    return repr(feature.place.offset)
                return "way" if not feature.place.way else None
    return None


def _shared_place(rules: Sequence[Rule]) -> Place | None:
    """The place where a thing must be for any of the rules to apply, if there is one."""
    shared: set[Place] | None = None
    for rule in rules:
        mine = {t.feature.place for t in rule.when if isinstance(t.feature, SelfAt) and t.positive}
        shared = mine if shared is None else shared & mine
    return min(shared, key=repr) if shared else None


def _without(rule: Rule, place: Place | None) -> Rule:
    """The rule without the test that self is at a place, where only such things are looked at."""
    kept = tuple(t for t in rule.when if not (isinstance(t.feature, SelfAt) and t.feature.place == place))
    return replace(rule, when=kept)


def _slots(rules: Sequence[Rule], names: Names) -> Iterator[str]:
    slots = list(dict.fromkeys(rule.slot for rule in rules))
    several = len(slots) > 1
    if several:
        yield "        new = {}"
    for slot in slots:
        yield from _chain([rule for rule in rules if rule.slot == slot], names, several)
    if several:
        yield from _assigned(rules, names)


def _chain(rules: Sequence[Rule], names: Names, several: bool) -> Iterator[str]:
    """The rules about one slot, one after the other."""
    word = "if"
    for rule in rules:
        tests = [*terms(rule.when, names), *defined(rule.effect, rule.when, names)]
        tests.sort(key=lambda test: "before.of(" in test)  # what is far is looked at last
        yield from guarded(tests, list(_apply(rule, names, several)), word)
        if not tests:
            break
        word = "elif"


def _assigned(rules: Sequence[Rule], names: Names) -> Iterator[str]:
    """Takes over what is new."""
    if any(rule.slot.part == "gone" for rule in rules):
        yield "        if new.pop(GONE, False):"
        yield f"            state.remove({names.self_})"
        yield "            continue"
    yield "        for name, value in new.items():"
    yield f"            {names.self_}[name] = value"


def guarded(tests: list[str], lines: Sequence[str], word: str = "if") -> Iterator[str]:
    """The lines under a condition; without tests, they are for all cases that are left."""
    pad = lines[0][: len(lines[0]) - len(lines[0].lstrip()) - 4]
    if tests:
        yield from condition(tests, pad, word)
    elif word != "if":
        yield f"{pad}else:"
    yield from (line if tests or word != "if" else line[4:] for line in lines)


def _apply(rule: Rule, names: Names, several: bool) -> Iterator[str]:
    slot, me, pad = rule.slot, names.self_, "            "
    if slot.part == "gone":
        yield f"{pad}new[GONE] = True" if several else f"{pad}state.remove({me})"
        return
    text = new_value(rule.slot, rule.effect, names)
    if slot.part == "attr":
        yield f"{pad}new[{slot.attr!r}] = {text}" if several else f"{pad}{access(me, slot.attr)} = {text}"
        return
    assert names.shape.place is not None
    x, y = names.shape.place
    if several:
        yield f"{pad}new[{x!r}], new[{y!r}] = {text}"
    else:
        yield f"{pad}{access(me, x)}, {access(me, y)} = {text}"


def _words(rule: Rule) -> str:
    effect, slot = rule.effect, rule.slot
    if slot.part == "gone":
        return "vanishes"
    if isinstance(effect, e.Shift):
        return "moves along the direction"
    if isinstance(effect, e.Slide):
        return "slides along the direction"
    if slot.part == "place":
        return "changes its place"
    if isinstance(effect, e.Become):
        return f"{slot.attr} becomes {effect.constant!r}"
    if isinstance(effect, e.RecordAt):
        return f"{slot.attr} becomes a record of what stands there"
    return f"{slot.attr} changes"
