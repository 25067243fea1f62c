"""Goals as Python: their forms, what reads them, and literals about what they name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_lowercase

from sandbox.runtime.values import Value
from synth_server.inductive import targets as t
from synth_server.inductive.deeds import Deed
from synth_server.inductive.emit_text import access, direction_text, equals
from synth_server.inductive.features import Feature, Token
from synth_server.inductive.forms import Form, Hearing, Slot
from synth_server.inductive.named_things import Target
from synth_server.inductive.refs import View
from synth_server.inductive.wording import ENDINGS, LEAST_STEM

_SLOTS = r"\{\w+_(\w)[^}]*\}(?: \{[^}]*\})*"  # all that tell of one thing


def lifted_term(feature: Feature, token: Token, view: View) -> str:
    """A literal about what the goal names, as an expression."""
    if isinstance(feature, t.FormIs):
        return _form_in(token) if isinstance(token, frozenset) else f"form == {token!r}"
    if isinstance(feature, t.Under):
        return f"{_form_in(feature.forms)} and {lifted_term(feature.feature, token, view)}"
    if isinstance(feature, Deed):
        return f"action.name == {feature.action!r} and {_reached(feature.reached, view)}"
    if isinstance(feature, t.Reached):
        return _reached(feature, view)
    if isinstance(feature, t.Both):
        parts = ((feature.first, feature.first_token), (feature.second, feature.second_token))
        return " and ".join(lifted_term(one, told, view) for one, told in parts)
    if isinstance(feature, t.Near):
        index, far = {"here": (2, 0), "beside": (2, 1), "around": (-1, 1)}[feature.how]
        pairs = (
            f"for a in meant(next_state, {_said(feature.first)}) for b in meant(next_state, {_said(feature.second)})"
        )
        return f"any(sides(a, b)[{index}] <= {far} {pairs} if a != b{_and(feature.having, 'a')})"
    if isinstance(feature, t.Inside):
        held = f"called(next_state, get(t, {feature.attr!r}))"
        things = (
            f"t in meant(next_state, {_said(feature.first)}){_and(feature.having, 't').replace(' and ', ' if ', 1)}"
        )
        if token is not True:
            place, things = f"get(t, {feature.attr!r})", f"t in meant(next_state, {_said(feature.first)})"
            having = _and(feature.having, "t").replace(" and ", " if ", 1)
            return f"most([{place} for {things}{having}], next_state, {_said(feature.second)}) >= {token}"
        return f"any(fits({held}, {_said(feature.second)}) for {things})"
    if isinstance(feature, t.Shares):
        own = access(f"next_state.of({feature.kind!r})[0]", feature.attr)
        things = f"meant(next_state, {_said(feature.target)})"
        return f"any(None is not get(t, {feature.attr!r}) == {own} for t in {things})"
    if isinstance(feature, t.ArgNames):
        return f"fits(called(state, argument(action, {feature.index})), {_said(feature.target)})"
    return _counted(feature, token)


def _form_in(forms: frozenset[int | None]) -> str:
    several = sorted(forms, key=str)
    return f"form in {tuple(several)!r}" if len(several) > 1 else f"form == {several[0]!r}"


def _and(having: tuple[str, Value] | None, thing: str) -> str:
    return f" and {equals(f'get({thing}, {having[0]!r}, ...)', having[1])}" if having is not None else ""


def _reached(feature: t.Reached, view: View) -> str:
    state, goal = ("state" if feature.how == "met" else "next_state"), _said(feature.target)
    actor = f"{state}.of({view.shape.actor!r})[0]"
    if feature.how == "here":
        spots = f"[here({actor})]"
    elif feature.how == "beside":
        spots = f"neighbours({actor})"
    else:
        way = direction_text(view.frame, state)
        spots = f"[ahead({actor}, {way})]"
    return f"meets({state}, {spots}, {goal})"


def _counted(feature: Feature, token: Token) -> str:
    """A literal that compares counts before and after the step, or looks at one of them."""
    assert isinstance(token, tuple)
    if isinstance(feature, t.Held):
        holder = access(f"{{0}}.of({feature.kind!r})[0]", feature.attr)
        text = f"tells({{0}}, {holder}, {_said(feature.target)})"
        total = ""
    elif isinstance(feature, t.Has):
        _, value = token[1]
        things = f"meant({{0}}, {_said(feature.target)})"
        text = f"sum({equals(f'get(t, {feature.attr!r}, ...)', value)} for t in {things})"
        total = f"sum({feature.attr!r} in t for t in {things})".format("next_state")
    else:
        assert isinstance(feature, t.There)
        text, total = f"len(meant({{0}}, {_said(feature.target)}))", ""
    now, was = text.format("next_state"), text.format("state")
    if token[0] == "none":
        assert isinstance(feature, t.There)
        return f"{_said(feature.target)} and not {now.removeprefix('len(').removesuffix(')')}"
    if token[0] == "some":
        return now if isinstance(feature, t.Held) else f"{now} > 0"
    if token[0] == "all":
        return f"0 < {now} == {total}"
    return f"{now} > {was}" if token[0] == "more" else f"{now} < {was}"


def _said(target: Target) -> str:
    """What the goal says of these things."""
    parts = [f"named[{ascii_lowercase[number]!r}]" for number in target.which]
    return parts[0] if len(parts) == 1 else f"({' and '.join(parts)} and {' + '.join(parts)})"


def goal_helpers(hearing: Hearing, view: View) -> dict[str, list[str]]:
    """What reads goals, and finds what they name."""
    return {
        "FORMS": list(_table(hearing)),
        "stem": [
            "def stem(word: str) -> str:",
            '    """A word without its ending."""',
            f"    for ending in {ENDINGS!r}:",
            f"        if word.endswith(ending) and len(word) - len(ending) >= {LEAST_STEM} and word[-2:] != 'ss':",
            "            word = word[: -len(ending)]",
            "            break",
            '    return word[:-1] + "i" if word.endswith("y") else word',
        ],
        "fold": [
            "@cache",
            "def fold(text: str) -> str:",
            '    """The words of a text in one, the last one\'s stem; numbers left out where there is more."""',
            '    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)',
            '    parts = re.findall(r"[^\\W_]+", spaced.lower())',
            "    told = [part for part in parts if not part.isdigit()] or parts",
            '    return "".join(told[:-1]) + stem(told[-1]) if told else ""',
        ],
        "most": [
            "def most(places: list, state: State, names) -> int:",
            '    """How many of the places, at most, are one that is called so."""',
            "    return max([places.count(place) for place in places if fits(called(state, place), names)], default=0)",
        ],
        "heard": list(_heard(hearing)),
        "expression": [
            "def expression(form: str) -> str:",
            '    """The regular expression of a form: a slot is a word, several (+), or one of those told (:)."""',
            '    some = {"": r"\\w+", "+": r"\\w+(?: \\w+)*"}',
            '    slot = r"\\{(\\w+)(\\+?):?([^}]*)\\}"',
            '    return re.sub(slot, lambda told: f"(?P<{told[1]}>{told[3] or some[told[2]]})", form)',
        ],
        "mentioned": list(_mentioned(hearing)),
        "names_of": list(_names_of(hearing)),
        "symbols": [
            "def symbols(text: str):",
            '    """What a text says of a thing, where all of it, or every word, names something; else nothing."""',
            "    told = [fold(text)] if fold(text) in WORDS else [fold(word) for word in text.split()]",
            "    return tuple([(WORDS[word], word) for word in told]) if all([word in WORDS for word in told]) else ()",
        ],
        "told_by": [
            "def told_by(thing: Object, attr: str) -> str:",
            '    """What a thing is called by: its type, a value that is a word, the name of what is true of it."""',
            '    value = thing.type if attr == "type" else thing[attr] if attr in thing else None',
            "    return fold(value) if isinstance(value, str) else fold(attr) if value is True else ''",
        ],
        "fits": [
            "def fits(thing, names) -> bool:",
            '    """Whether a thing is all that a goal says of it."""',
            "    if thing is None or not names:",
            "        return False",
            "    return all([word in [told_by(thing, attr) for attr in attrs] for attrs, word in names])",
        ],
        "KINDS": [f"KINDS = {_kinds(hearing)!r}  # by which attributes their things are called, besides the type"],
        "kinds_of": [
            "@cache",
            "def kinds_of(names) -> list[str]:",
            '    """The types of which things may be that are called so."""',
            "    told = [[kind for kind in KINDS if called_by(kind, attrs, word)] for attrs, word in names]",
            "    return [kind for kind in KINDS if told and all([kind in kinds for kinds in told])]",
        ],
        "called_by": [
            "def called_by(kind: str, attrs, word: str) -> bool:",
            '    """Whether things of a type may be called by a word, which tells one of these attributes."""',
            '    return ("type" in attrs and fold(kind) == word) or any([attr in KINDS[kind] for attr in attrs])',
        ],
        "meant": [
            "def meant(state: State, names) -> list[Object]:",
            '    """The things that a goal means."""',
            "    return [thing for kind in kinds_of(names) for thing in state.of(kind) if fits(thing, names)]",
        ],
        "meets": [
            "def meets(state: State, places, names) -> bool:",
            '    """Whether what a goal means stands at one of these places, the actor left out."""',
            "    found = [thing for place in places for thing in at(state, place)]",
            f"    return any([fits(thing, names) for thing in found if thing.type != {view.shape.actor!r}])",
        ],
        "tells": list(_tells(view)),
    }


def _table(hearing: Hearing) -> Iterator[str]:
    slots = _slots(hearing.forms)
    yield "FORMS = (  # how goals are put: a slot is called as the attribute that a word there tells, of which thing"
    for form in hearing.forms:
        yield f"    {_told(form, slots)!r},"
    yield ")"
    others = {name: attrs for attrs, name in slots.items() if attrs != (name,)}
    if others:
        yield f"SLOTS = {others!r}  # those that tell other attributes than their name says"
    if _is_loose(hearing):
        loose = tuple(number for number, form in enumerate(hearing.forms) if form.loose)
        text = repr(loose) if len(loose) < len(hearing.forms) else "range(len(FORMS))"
        yield f"LOOSE = {text}  # those whose things may be told of in other words"
        yield "CALLED = {  # by which attributes things are called what"
        for attrs in dict.fromkeys(hearing.words.values()):
            yield f"    {attrs!r}: {tuple(word for word, by in hearing.words.items() if by == attrs)!r},"
        yield "}"
        yield "WORDS = {word: attrs for attrs, words in CALLED.items() for word in words}"
    meanings = {text: value for form in hearing.forms for slot in form.slots for text, value in slot.meanings}
    if meanings:
        yield f"MEANINGS = {meanings!r}  # of words that are no symbols"


def _slots(forms: Sequence[Form]) -> dict[tuple[str, ...], str]:
    """What the slots are called that tell these attributes: as the attribute, where it makes a name."""
    found: dict[tuple[str, ...], str] = {}
    for attrs in dict.fromkeys(slot.attrs for form in forms for slot in form.slots):
        plain = len(attrs) == 1 and attrs[0] != "any" and re.fullmatch("[a-z]+", attrs[0])
        found[attrs] = attrs[0] if plain else f"attrs{len(found)}"
    return found


def _told(form: Form, slots: Mapping[tuple[str, ...], str]) -> str:
    """The form as a text: a slot in braces, called as what it tells and the letter of the thing; + where it may be
    several words, else after a colon those that it may be.

    Where one thing is told two values of one attribute the second slot has an x before its name.
    """
    thing = {number: ascii_lowercase[which] for which, numbers in enumerate(form.mentions) for number in numbers}
    names, texts = list[str](), list[str]()
    for item in form.items:
        if not isinstance(item, Slot):
            texts.append(item)
            continue
        name = f"{slots[item.attrs]}_{thing[len(names)]}"
        while name in names:
            name = "x_" + name
        names.append(name)
        kind = ("+" if item.has_phrases else "") if item.open else f":{'|'.join(item.texts)}"
        texts.append(f"{{{name}{kind}}}")
    return " ".join(texts)


def _is_loose(hearing: Hearing) -> bool:
    return bool(hearing.words) and any(form.loose for form in hearing.forms)


def _heard(hearing: Hearing) -> Iterator[str]:
    yield "@cache"
    yield "def heard(goal: str):"
    yield '    """The form of a goal, or None, and what it says of each thing that it names."""'
    yield '    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", goal)'
    yield '    text = " ".join(re.findall(r"[^\\W_]+", spaced.lower()))'
    yield "    for number, form in enumerate(FORMS):"
    yield "        found = re.fullmatch(expression(form), text)"
    yield "        if found:"
    yield "            return number, mentioned(found.groupdict())"
    if _is_loose(hearing):
        yield "    for number in LOOSE:"
        yield f'        form = re.sub(r"{_SLOTS}", r"{{any_\\1+}}", FORMS[number])'
        yield "        found = re.fullmatch(expression(form), text)"
        yield "        if found and all([symbols(words) for words in found.groups()]):"
        yield "            return number, mentioned(found.groupdict())"
    yield f"    return None, dict.fromkeys({ascii_lowercase[: hearing.most]!r}, ())"


def _mentioned(hearing: Hearing) -> Iterator[str]:
    names = "names_of(attr, words)"
    if _is_loose(hearing):
        names = f'symbols(words) if attr == "any" else {names}'
    yield "def mentioned(slots):"
    yield '    """What the words in slots say of each thing."""'
    yield f"    things = {{letter: [] for letter in {ascii_lowercase[: hearing.most]!r}}}"
    yield "    for slot, words in slots.items():"
    yield '        attr, _, thing = slot.rpartition("_")'
    yield f"        things[thing].extend({names})"
    yield "    return {letter: tuple(names) for letter, names in things.items()}"


def _names_of(hearing: Hearing) -> Iterator[str]:
    slots = _slots(hearing.forms)
    yield "def names_of(attr: str, word: str):"
    yield '    """What a word says of a thing: by which attributes, what."""'
    if any("{x_" in _told(form, slots) for form in hearing.forms):
        yield '    attr = attr.removeprefix("x_")'
    attrs = "(attr,)" if all(known == (name,) for known, name in slots.items()) else "SLOTS.get(attr, (attr,))"
    odd = any(slot.meanings for form in hearing.forms for slot in form.slots)
    yield f"    return [({attrs}, {'MEANINGS.get(word, fold(word))' if odd else 'fold(word)'})]"


def _tells(view: View) -> Iterator[str]:
    yield "def tells(state: State, value, names) -> bool:"
    yield '    """Whether a value tells of what a goal means: a record of it, or its name."""'
    yield "    if isinstance(value, FrozenMap) and names:"
    yield "        told = [fold(entry) for entry in value.values() if isinstance(entry, str)]"
    yield "        return all([word in told for _, word in names])"
    yield f"    return {'fits(called(state, value), names)' if view.shape.names else 'False'}"


def _kinds(hearing: Hearing) -> dict[str, tuple[str, ...]]:
    """By type the attributes that words of goals may tell, of those that its things are called by."""
    told = {attr for form in hearing.forms for slot in form.slots for attr in slot.attrs}
    told |= {attr for attrs in hearing.words.values() for attr in attrs}
    found = {kind: tuple(attr for attr in attrs if attr in told) for kind, attrs in hearing.kinds.items()}
    return found if "type" in told else {kind: attrs for kind, attrs in found.items() if attrs}
