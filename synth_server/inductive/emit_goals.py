"""Goals as Python: their forms, what reads them, and literals about what they name."""

from collections.abc import Iterator

from sandbox.runtime.values import Value
from synth_server.inductive import targets as t
from synth_server.inductive.emit_text import access, direction_text, equals
from synth_server.inductive.features import Feature, Token
from synth_server.inductive.forms import Form, Hearing
from synth_server.inductive.refs import View
from synth_server.inductive.wording import ENDINGS, LEAST_STEM


def lifted_term(feature: Feature, token: Token, view: View) -> str:
    """A literal about what the goal names, as an expression."""
    if isinstance(feature, t.FormIs):
        return _form_in(token) if isinstance(token, frozenset) else f"form == {token!r}"
    if isinstance(feature, t.Under):
        return f"{_form_in(feature.forms)} and {lifted_term(feature.feature, token, view)}"
    if isinstance(feature, t.Reached):
        return _reached(feature, view)
    if isinstance(feature, t.Near):
        index, far = {"here": (2, 0), "beside": (2, 1), "around": (3, 1)}[feature.how]
        pairs = (
            f"for a in meant(next_state, {_said(feature.first)}) for b in meant(next_state, {_said(feature.second)})"
        )
        return f"any(sides(a, b)[{index}] <= {far} {pairs} if a != b)"
    if isinstance(feature, t.Inside):
        held = f"called(next_state, get(t, {feature.attr!r}))"
        things = (
            f"t in meant(next_state, {_said(feature.first)}){_and(feature.having, 't').replace(' and ', ' if ', 1)}"
        )
        return f"any(fits({held}, {_said(feature.second)}) for {things})"
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
        ux, uy = view.shape.unit
        spots = f"[beside({actor}, way) for way in {tuple((x * ux, y * uy) for x, y in t.SIDES)!r}]"
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


def _said(target: t.Target) -> str:
    """What the goal says of these things."""
    parts = [f"named[{number}]" for number in target.which]
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
        "heard": list(_heard(hearing)),
        "symbols": [
            "def symbols(text: str):",
            '    """What a text says of a thing, where all of it, or every word, names something; else nothing."""',
            "    told = [fold(text)] if fold(text) in WORDS else [fold(word) for word in text.split()]",
            "    return tuple([(WORDS[word], word) for word in told]) if all([word in WORDS for word in told]) else ()",
        ],
        "told_by": [
            "def told_by(thing: Object, attr: str) -> str:",
            '    """What a thing is called by: its type, a value that is a word, the name of what is true of it."""',
            '    value = thing.type if attr == "type" else get(thing, attr)',
            "    return fold(value) if isinstance(value, str) else fold(attr) if value is True else ''",
        ],
        "fits": [
            "def fits(thing, names) -> bool:",
            '    """Whether a thing is all that a goal says of it."""',
            "    if thing is None or not names:",
            "        return False",
            "    return all([any([told_by(thing, attr) == word for attr in attrs]) for attrs, word in names])",
        ],
        "KINDS": [f"KINDS = {dict(hearing.kinds)!r}  # by which attributes their things are called, besides the type"],
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
    yield "FORMS = (  # how goals are put; of what each thing is called that they name: which word, by which attributes"
    for form in hearing.forms:
        yield f"    ({form.pattern!r}, {_mentions(form)!r}),"
    yield ")"
    loose = [(number, *form.loose) for number, form in enumerate(hearing.forms) if form.loose]
    if _is_loose(hearing):
        yield "LOOSE = (  # the same where things are told of in other words: the form, and where each is told of"
        yield from (f"    {entry!r}," for entry in loose)
        yield ")"
        yield f"WORDS = {dict(hearing.words)!r}  # what things are called, and by which attributes"
    meanings = {text: value for form in hearing.forms for slot in form.slots for text, value in slot.meanings}
    if any(slot.meanings for form in hearing.forms for slot in form.slots):
        yield f"MEANINGS = {meanings!r}  # of words that are no symbols"


def _is_loose(hearing: Hearing) -> bool:
    return bool(hearing.words) and any(form.loose for form in hearing.forms)


def _mentions(form: Form) -> tuple[tuple[tuple[int, tuple[str, ...]], ...], ...]:
    return tuple(tuple((number, form.slots[number].attrs) for number in slots) for slots in form.mentions)


def _heard(hearing: Hearing) -> Iterator[str]:
    odd = {i for form in hearing.forms for i, slot in enumerate(form.slots) if slot.meanings}
    yield "@cache"
    yield "def heard(goal: str):"
    yield '    """The form of a goal, or None, and what it says of each thing that it names."""'
    yield '    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", goal)'
    yield '    text = " ".join(re.findall(r"[^\\W_]+", spaced.lower()))'
    yield "    for number, (pattern, mentions) in enumerate(FORMS):"
    yield "        found = re.fullmatch(pattern, text)"
    yield "        if found:"
    if odd:
        yield "            words = [MEANINGS.get(word, fold(word)) for word in found.groups()]"
    else:
        yield "            words = [fold(word) for word in found.groups()]"
    yield "            named = [tuple([(attrs, words[i]) for i, attrs in mention]) for mention in mentions]"
    yield f"            return number, tuple(named) + ((),) * ({hearing.most} - len(named))"
    if _is_loose(hearing):
        yield "    for number, pattern, order in LOOSE:"
        yield "        found = re.fullmatch(pattern, text)"
        yield "        told = [symbols(group) for group in found.groups()] if found else [()]"
        yield "        if all(told):"
        yield f"            return number, tuple([told[i] for i in order]) + ((),) * ({hearing.most} - len(told))"
    yield f"    return None, ((),) * {hearing.most}"


def _tells(view: View) -> Iterator[str]:
    yield "def tells(state: State, value, names) -> bool:"
    yield '    """Whether a value tells of what a goal means: a record of it, or its name."""'
    yield "    if isinstance(value, FrozenMap) and names:"
    yield "        told = [fold(entry) for entry in value.values() if isinstance(entry, str)]"
    yield "        return all([word in told for _, word in names])"
    yield f"    return {'fits(called(state, value), names)' if view.shape.names else 'False'}"
