"""A theory as a readable Python file."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from synth_server.inductive import effects as e
from synth_server.inductive.analogy import Rule
from synth_server.inductive.creations import Creation
from synth_server.inductive.emit_acts import shared, timely, without
from synth_server.inductive.emit_effects import defined, new_value, preamble
from synth_server.inductive.emit_helpers import helpers
from synth_server.inductive.emit_schemas import alone, dispatched, schema_functions
from synth_server.inductive.emit_terms import Names, hope_terms, payoff_term, term, terms
from synth_server.inductive.emit_text import access, condition, phrase, value_text, variable
from synth_server.inductive.features import Content, SelfAt
from synth_server.inductive.outcomes import Outcomes
from synth_server.inductive.refs import Path, Place
from synth_server.inductive.repair import INDUCED
from synth_server.inductive.rules import Literal
from synth_server.inductive.situations import Situations, emit_uncertain
from synth_server.inductive.theory import Theory


def emit(theory: Theory, outcomes: Outcomes, situations: Situations, rows: int, goals: Sequence[str] = ()) -> str:
    """The model file. ``rows`` is the number of transitions behind it.

    With ``goals``, those that the rows had, it says too where its rewards are guesses (``unpaid``).
    """
    theory = replace(theory, rules=timely(theory))
    body: list[str] = []
    kinds = list(dict.fromkeys(rule.slot.kind for rule in theory.rules))
    creating = shared([creation.when for creation in theory.creations])
    calls: dict[str, Literal | None] = {}
    for kind in kinds:
        if kind == theory.shape.actor and theory.creations:
            calls["create"] = creating
        name = f"change_{variable(kind)}"
        calls[name] = shared([rule.when for rule in theory.rules if rule.slot.kind == kind])
        body += [*_change(theory, name, kind, calls[name]), "", ""]
    if theory.creations:
        calls.setdefault("create", creating)
        body += [*_create(theory, creating), "", ""]
    for lines in schema_functions(theory).values():
        body += [*lines, "", ""]
    body += [
        *_transition(calls, theory),
        "",
        "",
        *_reward(theory, outcomes),
        "",
        "",
        *emit_uncertain(situations, theory, strict=bool(goals)),
        "",
    ]
    if goals:
        body += ["", *_unpaid(outcomes, goals), ""]
    text = "\n".join(body)
    text = "\n".join([*helpers(theory, outcomes.hearing, text), text])
    head = [f'{INDUCED}{rows} transitions."""', ""]
    if "heard(" in text:
        head += ["import re", "from functools import cache", ""]
    return "\n".join([*head, f"from worldsmith_runtime import {', '.join(_imports(text))}", "", text])


def _unpaid(outcomes: Outcomes, goals: Sequence[str]) -> Iterator[str]:
    """The function that says where a reward is a guess."""
    yield "def unpaid(state: State, action: Action, next_state: State, goal: str) -> str | None:"
    yield '    """Why the reward of a step is a guess: no transition showed such a step under this goal."""'
    yield f"    if goal not in {tuple(sorted(goals))!r}:"
    yield '        return "no step was seen under this goal"'
    if outcomes.hopes:
        yield "    if hoped(state, action, next_state, goal):"
        yield '        return "what it leads to was never seen"'
    yield "    return uncertain(state, action)"


def _imports(text: str) -> list[str]:
    """The names of the runtime that a text uses."""
    names = ("Action", "FrozenMap", "Object", "State", "UnknownGoal")
    return [name for name in names if re.search(rf"\b{name}\b", text)]


def _transition(calls: Mapping[str, Literal | None], theory: Theory) -> Iterator[str]:
    """What happens, in order; ``calls`` say for which actions, where it is not for all."""
    names, lines = Names(theory.view, None), list[str]()
    for call, literal in calls.items():
        if literal is not None:
            lines += condition([term(literal, names)], "    ")
        lines.append(f"{'    ' if literal is None else '        '}{call}(before, state, action)")
    lines = list(dispatched(theory, lines))
    yield from alone(theory)
    yield "def transition(state: State, action: Action) -> State:"
    yield '    """The next state: what no rule changes stays."""'
    if lines:
        yield "    before = state.copy()"
    yield from lines
    yield "    return state"


def _change(theory: Theory, name: str, kind: str, said: Literal | None) -> Iterator[str]:
    """One function for all that happens to a type; ``said`` is what was said of the action before."""
    rules = [rule for rule in theory.rules if rule.slot.kind == kind]
    rules = [replace(rule, when=without(rule.when, said)) for rule in rules]
    names = Names(theory.view, kind)
    me = names.self_
    what = "; ".join(dict.fromkeys(_words(rule) for rule in rules))
    yield f"def {name}(before: State, state: State, action: Action) -> None:"
    yield f'    """{phrase(kind)}: {phrase(what)} ({sum(r.support for r in rules)} cases seen)."""'
    place = _shared_place(rules)
    rest = [_without(rule, place) for rule in rules]
    sweep = None if place or kind in theory.shape.singles else _sweep(rules, names)

    def loop(names: Names) -> list[str]:
        source = f"at(state, {names.place(place)}, {kind!r})" if place else f"state.of({kind!r})"
        return [f"    for {me} in {f'in_order({source}, {sweep})' if sweep else source}:"]

    if kind == theory.shape.actor:
        body = [*loop(names), *_ahead_once(lambda names: list(_slots(rest, names)), names, "        ")]
    else:
        body = _ahead_once(lambda names: [*loop(names), *_slots(rest, names)], names, "    ")
    yield from preamble(theory, "\n".join(body), kind)
    yield from body


def _ahead_once(lines: Callable[[Names], list[str]], names: Names, pad: str) -> list[str]:
    """The lines, with the place ahead of the actor found once where they look at it again and again."""
    plain = lines(names)
    if sum(line.count(names.ahead) for line in plain) < 2:
        return plain
    return [f"{pad}front = {names.ahead}", *lines(replace(names, front="front"))]


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
    gone = any(slot.part == "gone" for slot in slots)
    for slot in slots:
        word = "if"
        for rule in (rule for rule in rules if rule.slot == slot):
            tests = [*terms(rule.when, names), *defined(rule.effect, rule.when, names)]
            yield from _guarded(tests, list(_apply(rule, names, several)), word)
            if not tests:
                break
            word = "elif"
    if several:
        if gone:
            yield "        if new.pop(GONE, False):"
            yield f"            state.remove({names.self_})"
            yield "            continue"
        yield "        for name, value in new.items():"
        yield f"            {names.self_}[name] = value"


def _guarded(tests: list[str], lines: Sequence[str], word: str = "if") -> Iterator[str]:
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


def _create(theory: Theory, said: Literal | None) -> Iterator[str]:
    def lines(names: Names) -> list[str]:
        found: list[str] = []
        for creation in theory.creations:
            tests = [*terms(without(creation.when, said), names), *_possible(creation, names)]
            found += _guarded(tests, list(_make(creation, names)))
        return found

    body = _ahead_once(lines, Names(theory.view, None), "    ")
    yield "def create(before: State, state: State, action: Action) -> None:"
    yield f'    """What comes into being ({sum(c.support for c in theory.creations)} cases seen)."""'
    yield from preamble(theory, "\n".join(body), None)
    yield from body


def _possible(creation: Creation, names: Names) -> list[str]:
    tests = []
    place = creation.body.place
    if place is not None and place.far:
        tests.append("way")
    elif place is not None and place.ref.how != "single":
        tests.append(f"{names.ref(place.ref)} is not None")
    paths = [path for _, path in creation.body.copies]
    paths += [creation.body.kind_from] if creation.body.kind_from is not None else []
    holders: dict[str, dict[str, None]] = {}
    for path in paths:
        holders.setdefault(names.path(Path(path.ref, path.attr)), {}).setdefault(str(path.entry))
    for holder, entries in holders.items():
        keys = tuple(sorted(entries))
        tests.append(f"isinstance({holder}, FrozenMap)")
        tests.append(f"{keys[0]!r} in {holder}" if len(keys) == 1 else f"set({keys!r}) <= set({holder})")
    return tests


def _make(creation: Creation, names: Names) -> Iterator[str]:
    body = creation.body
    kind = names.path(body.kind_from) if body.kind_from else repr(body.kind)
    pairs = [f"{name!r}: {value_text(value)}" for name, value in body.constants]
    pairs += [f"{name!r}: {names.path(path)}" for name, path in body.copies]
    if body.whole is not None and body.kind_from is not None:
        pairs.append(f"**without({names.path(body.whole)}, {body.kind_from.entry!r})")
    if body.place is not None and names.shape.place is not None:
        x, y = names.shape.place
        yield f"        x, y = {names.place(body.place)}"
        pairs += [f"{x!r}: x", f"{y!r}: y"]
    yield f"        state.add(Object.from_mapping({kind}, {{{', '.join(pairs)}}}))"


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


def _reward(theory: Theory, outcomes: Outcomes) -> Iterator[str]:
    if outcomes.hopes:
        yield from _hoped(theory, outcomes)
    body = list(_paying(theory, outcomes))
    yield "def reward(state: State, action: Action, next_state: State, goal: str) -> tuple[float, bool]:"
    paid = sum(rule.support for rule in outcomes.rules)
    yield f'    """What a step pays, and whether it ends the episode ({paid} unusual cases seen)."""'
    if re.search(r"\b(form|named)\b", "\n".join(body)):
        yield "    form, named = heard(goal)"
    yield from body
    yield f"    return {outcomes.usual[0]!r}, {outcomes.usual[1]!r}"


def _hoped(theory: Theory, outcomes: Outcomes) -> Iterator[str]:
    """The function that says what might pay although it never held."""
    texts = hope_terms(outcomes.hopes, theory.view)
    yield "def hoped(state: State, action: Action, next_state: State, goal: str) -> bool:"
    yield '    """Relations that never held so far; nothing that was seen says that they do not pay."""'
    if any("named" in text for text in texts):
        yield "    _, named = heard(goal)"
    yield "    return bool("
    yield from (f"        {'or ' if i else ''}{text}" for i, text in enumerate(texts))
    yield "    )"
    yield ""
    yield ""


def _paying(theory: Theory, outcomes: Outcomes) -> Iterator[str]:
    """The tests of what pays: hopes for goals that never paid, then rules."""
    hearing, forms = outcomes.hearing, outcomes.known_forms
    if outcomes.hopes:
        goals = tuple(goal for goal in outcomes.known_goals if hearing.form(goal) not in forms)
        known = [f"goal not in {goals!r}"] if goals else []
        known += [f"form not in {forms!r}"] if forms else []
        yield from condition([*known, "hoped(state, action, next_state, goal)"], "    ")
        yield f"        return {float(outcomes.hoped_reward)!r}, True"
    elif outcomes.goals not in {(), ("",)}:
        odd: tuple[int | None, ...] = (None, *outcomes.split_forms)
        goals = tuple(goal for goal in outcomes.goals if hearing.form(goal) in odd)
        known = [f"goal not in {goals!r}"] if goals else []
        known += [] if not hearing.forms else [f"form in {odd!r}" if odd[1:] else "form is None"]
        yield from condition(known, "    ")
        yield "        raise UnknownGoal(goal)"
    lines: list[str] = []
    for rule in outcomes.rules:
        lines += condition([payoff_term(literal, theory.view) for literal in rule.when], "    ")
        lines.append(f"        return {rule.reward!r}, {rule.done!r}")
    actor = variable(theory.shape.actor) if theory.shape.actor else "before"
    if re.search(rf"\b(before|way|{actor})\b", "\n".join(lines)):
        yield "    before = state"
        yield from preamble(theory, "\n".join(lines), None)
    yield from lines
