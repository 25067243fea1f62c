"""A theory as a readable Python file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from synth_server.inductive.creations import Creation
from synth_server.inductive.emit_acts import shared, timely, without
from synth_server.inductive.emit_amounts import amount_term
from synth_server.inductive.emit_change import LONGEST, change, guarded, short
from synth_server.inductive.emit_doubt import emit_uncertain
from synth_server.inductive.emit_effects import preamble
from synth_server.inductive.emit_helpers import helpers
from synth_server.inductive.emit_hopes import emit_hopes, hoping
from synth_server.inductive.emit_offers import emit_offers
from synth_server.inductive.emit_schemas import alone, dispatched, schema_functions
from synth_server.inductive.emit_terms import Names, payoff_term, term, terms
from synth_server.inductive.emit_text import condition, phrase, value_text, variable
from synth_server.inductive.features import Feature, Token
from synth_server.inductive.offers import Offer
from synth_server.inductive.outcomes import Outcomes
from synth_server.inductive.refs import Path
from synth_server.inductive.repair import INDUCED
from synth_server.inductive.rules import Literal
from synth_server.inductive.situations import Situations
from synth_server.inductive.theory import Theory

MOST_PAYING = 26  # lines of what steps pay in one function


def emit(
    theory: Theory,
    outcomes: Outcomes,
    situations: Situations,
    rows: int,
    goals: Sequence[str] = (),
    *,
    offers: Sequence[Offer] = (),
) -> str:
    """The model file. ``rows`` is the number of transitions behind it, ``offers`` say when actions are offered.

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
        body += [*change(theory, name, kind, calls[name]), "", ""]
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
        *emit_uncertain(situations, theory, strict=bool(goals), offered=bool(offers)),
        "",
    ]
    if offers:
        body += ["", *emit_offers(theory, offers), ""]
    if goals:
        body += ["", *_unpaid(outcomes, goals), ""]
    text = "\n".join(body)
    text = "\n".join([*helpers(theory, outcomes.hearing, text), text])
    text = re.sub(r"\n{3,}", "\n\n", text)
    head = [f'{INDUCED}{rows} transitions."""', ""]
    if "heard(" in text:
        head += ["import re", "from functools import cache", ""]
    return "\n".join([*head, f"from worldsmith_runtime import {', '.join(_imports(text))}", text])


def _unpaid(outcomes: Outcomes, goals: Sequence[str]) -> Iterator[str]:
    """The function that says where a reward is a guess."""
    yield "def unpaid(state: State, action: Action, next_state: State, goal: str) -> str | None:"
    yield '    """Why the reward of a step is a guess: no transition showed such a step under this goal."""'
    yield f"    if goal not in {tuple(sorted(goals))!r}:"
    yield '        return "no step was seen under this goal"'
    for name in hoping(outcomes.hopes):
        yield f"    if {name}(state, action, next_state, goal):"
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


def _create(theory: Theory, said: Literal | None) -> Iterator[str]:
    """One function for all that comes into being, or one for each rule where that grows long."""
    whole = _creating(theory, "create", theory.creations, said)
    if len(whole) <= LONGEST:
        yield from whole
        return
    for number, creation in enumerate(theory.creations, 1):
        yield from [*_creating(theory, f"create_{number}", [creation], said), ""]
    yield "def create(before: State, state: State, action: Action) -> None:"
    yield '    """All that comes into being."""'
    yield from (f"    create_{number}(before, state, action)" for number in range(1, len(theory.creations) + 1))


def _creating(theory: Theory, name: str, creations: Sequence[Creation], said: Literal | None) -> list[str]:
    def lines(names: Names) -> list[str]:
        found: list[str] = []
        for creation in creations:
            tests = [*terms(without(creation.when, said), names), *_possible(creation, names)]
            found += guarded(tests, list(_make(creation, names)))
        return found

    body = short(lines, Names(theory.view, None), "    ")
    head = [f"def {name}(before: State, state: State, action: Action) -> None:"]
    told = {creation.body.kind or "what a record says": creation.support for creation in reversed(creations)}
    parts = "; ".join(f"{kind} ({count} cases seen)" for kind, count in reversed(told.items()))
    head.append(f'    """What comes into being: {phrase(parts)}."""')
    return [*head, *preamble(theory, "\n".join(body), None), *body]


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


def _reward(theory: Theory, outcomes: Outcomes) -> Iterator[str]:
    yield from emit_hopes(theory, outcomes.hopes)
    body = list(_paying(theory, outcomes))
    heard = re.search(r"\b(form|named)\b", "\n".join(body)) is not None
    alone = not any(re.match(r"    \w[\w, ]* = ", line) for line in body)  # no name that several statements share
    if len(body) > MOST_PAYING and alone:
        parts = _in_parts(body)
        given = "state, action, next_state, goal" + (", form, named" if heard else "")
        for number, part in enumerate(parts, 1):
            yield from [f"def pays_{number}({given}):", '    """What some of the unusual steps pay, or None."""', *part]
            yield from ["    return None", "", ""]
        names = ", ".join(f"pays_{number}" for number in range(1, len(parts) + 1))
        body = [f"    for part in ({names}):", f"        paid = part({given})"]
        body += ["        if paid is not None:", "            return paid"]
    yield "def reward(state: State, action: Action, next_state: State, goal: str) -> tuple[float, bool]:"
    paid = sum(rule.support for rule in outcomes.rules)
    yield f'    """What a step pays, and whether it ends the episode ({paid} unusual cases seen)."""'
    if heard:
        yield "    form, named = heard(goal)"
    yield from body
    yield f"    return {_paid(outcomes.usual[0], outcomes)}, {outcomes.usual[1]!r}"


def _in_parts(body: Sequence[str]) -> list[list[str]]:
    """Statements of a function, split into bodies that are not long."""
    parts: list[list[str]] = [[]]
    for start in (starts := [i for i, line in enumerate(body) if re.match(r"    [^ )]", line)]):
        end = min((other for other in starts if other > start), default=len(body))
        if len(parts[-1]) + end - start > MOST_PAYING and parts[-1]:
            parts.append([])
        parts[-1] += body[start:end]
    return parts


def _paid(reward: float, outcomes: Outcomes) -> str:
    """What a step pays, with its amounts."""
    return repr(reward) if not outcomes.amounts else f"{reward!r} + amount" if reward else "amount"


def _paying(theory: Theory, outcomes: Outcomes) -> Iterator[str]:
    """The tests of what pays: hopes for goals that never paid, then rules."""
    hearing, forms = outcomes.hearing, outcomes.known_forms
    if outcomes.hopes:
        goals = tuple(goal for goal in outcomes.known_goals if hearing.form(goal) not in forms)
        known = [f"goal not in {goals!r}"] if goals else []
        known += [f"form not in {forms!r}"] if forms else []
        if theory.shape.place is None and hearing.most:  # hopes are about what goals of these forms name
            yield from ["    if form is None:", "        raise UnknownGoal(goal)"]
        for name in hoping(outcomes.hopes):
            news = [f"{name}(state, action, next_state, goal)"]
            if name == "hoped" and theory.shape.place is not None:
                news.append("not hoped(state, action, state, goal)")
            yield from condition([*known, *news], "    ")
            yield f"        return {float(outcomes.hoped_reward)!r}, True"
    elif outcomes.goals not in {(), ("",)}:
        odd: tuple[int | None, ...] = (None, *outcomes.split_forms)
        goals = tuple(goal for goal in outcomes.goals if hearing.form(goal) in odd)
        known = [f"goal not in {goals!r}"] if goals else []
        known += [] if not hearing.forms else [f"form in {odd!r}" if odd[1:] else "form is None"]
        yield from condition(known, "    ")
        yield "        raise UnknownGoal(goal)"
    if outcomes.amounts:
        yield f"    amount = {' + '.join(amount_term(amount) for amount in outcomes.amounts)}"
    lines: list[str] = []
    before: set[tuple[Feature, Token]] = set()  # what made one of the rules before pay, so that it does not hold here
    for rule in outcomes.rules:
        tests = [t for t in rule.when if t.positive or (t.feature, t.token) not in before]
        lines += condition([payoff_term(literal, theory.view) for literal in tests], "    ")
        before |= {(t.feature, t.token) for t in rule.when if len(rule.when) == 1 and t.positive}
        lines.append(f"        return {_paid(rule.reward, outcomes)}, {rule.done!r}")
    actor = variable(theory.shape.actor) if theory.shape.actor else "before"
    if re.search(rf"\b(before|way|{actor})\b", "\n".join(lines)):
        yield "    before = state"
        yield from preamble(theory, "\n".join(lines), None)
    yield from lines
