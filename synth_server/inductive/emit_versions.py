"""The part of a program that says what is open about the actions that are told by one function each."""

from collections.abc import Iterator, Sequence

from synth_server.inductive.emit_effects import preamble
from synth_server.inductive.emit_schemas import function_name, with_ordinals
from synth_server.inductive.emit_terms import Names, term
from synth_server.inductive.emit_text import filled, phrase
from synth_server.inductive.theory import Theory
from synth_server.inductive.versions import Version


def emit_versions(theory: Theory, versions: Sequence[Version]) -> Iterator[str]:
    """A function for each version, the table of these, and the function that asks them."""
    table: dict[str, list[str]] = {}
    names = Names(theory.view, None)
    for version in versions:
        rivals = table.setdefault(version.name, [])
        name = f"held_{function_name(theory, version.name)}_{len(rivals)}"
        texts = [term(literal, names) for literal in version.held]
        yield from _held(theory, name, version, texts)
        yield ""
        yield ""
        vain = ", ".join("{" + ", ".join(map(str, one)) + "}" for one in version.vain)
        rivals.append(f"({name}, {version.shown}, [{vain}]),")
    yield "# By action: what held whenever it did something; how often that was; what lacked where it did not."
    yield "HELD = {"
    for action, rivals in table.items():
        yield f"    {action!r}: ("
        yield from (line for rival in rivals for line in filled(rival.split(" "), "        "))
        yield "    ),"
    yield "}"
    yield ""
    yield ""
    yield from _OPEN


def _held(theory: Theory, name: str, version: Version, texts: Sequence[str]) -> Iterator[str]:
    text, first = with_ordinals("\n".join(f"        {text!r}: {text}," for text in texts))
    yield f"def {name}(before: State, action: Action) -> dict:"
    what = f"whenever {phrase(version.name)} did this ({version.shown} cases seen)" if version.shown else "at times"
    yield f'    """What held {what}, and whether it holds here."""'
    yield from preamble(theory, text, None)
    yield from first
    yield "    return {"
    yield from text.split("\n")
    yield "    }"


_OPEN = [
    "def open_question(state: State, action: Action) -> str | None:",
    '    """Why an outcome is a guess: something lacks here, and no case without an effect lacked only that."""',
    "    for held, count, vain in HELD[action.name]:",
    "        here = held(state, action)",
    "        lacking = {i for i, holds in enumerate(here.values()) if not holds}",
    "        if lacking and not any([lacked <= lacking for lacked in vain]):",
    '            told = "; ".join([text for text, holds in here.items() if not holds])',
    '            numbers = " ".join([str(i) for i in sorted(lacking)])  # so that no two reasons begin alike',
    '            return f"{action.name} worked {count} times, never without {numbers}: {told}"[:400]',
    "    return None",
]
