"""What is hoped to pay, as Python."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from synth_server.inductive.deeds import is_deed
from synth_server.inductive.emit_terms import hope_terms
from synth_server.inductive.emit_text import filled
from synth_server.inductive.rules import Literal
from synth_server.inductive.theory import Theory

MOST_HOPES = 24  # lines of hopes in one function


def hoping(hopes: Sequence[Literal]) -> list[str]:
    """The functions that say what is hoped to pay: what comes true, and what is done."""
    deeds = sum(map(is_deed, hopes))
    return ["hoped"] * (deeds < len(hopes)) + ["dared"] * (deeds > 0)


def emit_hopes(theory: Theory, hopes: Sequence[Literal]) -> Iterator[str]:
    """These functions."""
    relations, deeds = [hope for hope in hopes if not is_deed(hope)], [hope for hope in hopes if is_deed(hope)]
    if relations:
        yield from _hoped(theory, relations)
    if deeds:
        told = "Whether something is done that never was where the goal's things are; it may pay."
        yield from _any_of("dared", told, deeds, theory)


def _hoped(theory: Theory, hopes: Sequence[Literal]) -> Iterator[str]:
    """The function that says what might pay although it never held."""
    if theory.shape.place is None:
        yield from _each_hoped(theory, hopes)
    else:
        told = "Relations that never held so far; nothing that was seen says that they do not pay."
        yield from _any_of("hoped", told, hopes, theory)


def _any_of(function: str, told: str, hopes: Sequence[Literal], theory: Theory) -> Iterator[str]:
    """A function that says whether any of these holds, in parts where they are many."""
    lines = list(filled([f"or {text}" for text in hope_terms(hopes, theory.view)], "        "))
    parts = [lines[i : i + MOST_HOPES] for i in range(0, len(lines), MOST_HOPES)]
    names = [function] if len(parts) == 1 else [f"{function}_{number}" for number in range(1, len(parts) + 1)]
    for name, part in zip(names, parts, strict=True):
        yield f"def {name}(state: State, action: Action, next_state: State, goal: str) -> bool:"
        yield f'    """{told}"""'
        if any("named" in line for line in part):
            yield "    form, named = heard(goal)"
        yield from ["    return bool(", part[0].replace("or ", "", 1), *part[1:], "    )", "", ""]
    if len(parts) > 1:
        yield f"def {function}(state: State, action: Action, next_state: State, goal: str) -> bool:"
        yield '    """Whether anything holds that is hoped to pay."""'
        yield f"    return any(part(state, action, next_state, goal) for part in ({', '.join(names)}))"
        yield ""
        yield ""


def _each_hoped(theory: Theory, hopes: Sequence[Literal]) -> Iterator[str]:
    """The same where one hope may hold from the start and another come true: each is looked at by itself."""
    texts = hope_terms(hopes, theory.view)
    parts = [texts[i : i + MOST_HOPES] for i in range(0, len(texts), MOST_HOPES)]
    for number, part in enumerate(parts, 1):
        yield f"def hopes_{number}(state: State, action: Action, next_state: State, goal: str) -> list:"
        yield '    """Whether each relation holds that never did so far; nothing seen says that they do not pay."""'
        if any("named" in text or "form" in text for text in part):
            yield "    form, named = heard(goal)"
        found, part = _found_once(part)
        yield from found
        yield from ["    return [", *filled([f"{text}," for text in part], "        "), "    ]", "", ""]
    calls = ", ".join(f"*hopes_{number}({{}})" for number in range(1, len(parts) + 1))
    now, was = (calls.replace("{}", f"state, action, {state}, goal") for state in ("next_state", "state"))
    yield "def hoped(state: State, action: Action, next_state: State, goal: str) -> bool:"
    yield '    """Whether one of them comes true."""'
    yield f"    now = [{now}]"
    yield "    if not any(now):"
    yield "        return False"
    yield f"    return any([new and not old for old, new in zip([{was}], now)])"
    yield ""
    yield ""


def _found_once(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """What several of these look up, in a variable each; and they with these variables."""
    count = Counter(one for text in texts for one in re.findall(r"meant\(next_state, named\['(\w)'\]\)", text))
    lines, texts = [], list(texts)
    for letter in sorted(count):
        if count[letter] > 1:
            name, told = f"all_{letter}", f"meant(next_state, named[{letter!r}])"
            lines.append(f"    {name} = {told}")
            texts = [text.replace(told, name) for text in texts]
    return lines, texts
