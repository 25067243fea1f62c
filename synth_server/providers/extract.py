"""The program in a model's reply: from code fences of any make, or bare."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synth_server.providers.splice import defined, parse, pieces

_FENCE = re.compile(r"^[ \t]{0,8}(?:[-*>][ \t]+)?(?P<mark>`{3,}|~{3,})[ \t]*(?P<tag>[^`~\n]*)$")
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_MARKER = re.compile(r"<\|[a-z_]{2,20}\|>")
_BEGINS = re.compile(
    r"^(?:import\s+\w|from\s+\w[\w.]*\s+import\b|def\s+\w|class\s+\w|@\w|\"\"\"|[A-Z_][A-Z0-9_]*\s*(?::[^=]+)?=)"
)
_OTHER_LANGUAGES = frozenset({"bash", "console", "diff", "json", "jsonl", "output", "sh", "shell", "text", "yaml"})
_CUTS = 40  # attempts to find the end of bare code


class NoProgramError(ValueError):
    """The reply holds no usable program; the text says what is the matter, to its author."""


@dataclass(frozen=True)
class _Block:
    code: str
    closed: bool = True


def read_program(reply: str, wanted: Sequence[str]) -> str:
    """The code of a reply that gives at least one of the functions ``wanted``.

    Where several blocks do, the last one that gives them all is taken, else the last that gives each; blocks with
    helpers that these use come along.

    Raises:
        NoProgramError: there is none, or it does not parse.
    """
    text = _MARKER.sub("", _THOUGHT.sub("", reply.replace("\r\n", "\n")))
    if not text.strip():
        raise NoProgramError("the reply is empty")
    blocks = list(_blocks(text))
    parsed, reason = _parsed(blocks)
    chosen = _chosen(parsed, wanted)
    if chosen is None and not reason:
        bare = _bare(text)
        chosen = bare if bare is not None and defined(bare) & set(wanted) else None
    if chosen is not None:
        return chosen.strip("\n") + "\n"
    if reason:
        raise NoProgramError(reason)
    functions = " or ".join(f"`{name}`" for name in wanted)
    raise NoProgramError(f"the reply holds no Python code that defines {functions}")


def _blocks(text: str) -> Iterator[_Block]:
    """What stands between fences; the last one need not be closed."""
    mark, lines = "", list[str]()
    for line in text.splitlines():
        found = _FENCE.match(line)
        if not mark:
            if found:
                mark, lines, tag = found["mark"], [], found["tag"].strip().lower()
        elif found and found["mark"].startswith(mark) and not found["tag"].strip():
            if tag not in _OTHER_LANGUAGES:
                yield _Block("\n".join(lines))
            mark = ""
        else:
            lines.append(line)
    if mark and tag not in _OTHER_LANGUAGES:
        yield _Block("\n".join(lines), closed=False)


def _parsed(blocks: Sequence[_Block]) -> tuple[list[str], str]:
    """The blocks that are Python, and what is the matter with the last one that looks like it and is not."""
    parsed, reason = list[str](), ""
    for block in blocks:
        code = textwrap.dedent(block.code.expandtabs(4) if "\t" in block.code else block.code)
        try:
            parse(code)
        except SyntaxError as error:
            whole = None if block.closed else _beginning(code)
            if whole is not None:
                parsed.append(whole)
            if "def " in code:
                cut = "" if block.closed else "the code breaks off: "
                reason = f"{cut}line {error.lineno or 1} does not parse: {error.msg}"
            continue
        parsed.append(code)
    return parsed, reason


def _chosen(blocks: Sequence[str], wanted: Sequence[str]) -> str | None:
    gives = [defined(block) for block in blocks]
    picked: set[int] = set()
    whole = [i for i, names in enumerate(gives) if names >= set(wanted)]
    if whole:
        picked = {whole[-1]}
    else:
        for name in wanted:
            picked |= set([i for i, names in enumerate(gives) if name in names][-1:])
    if not picked:
        return None
    given = {name for i in picked for name in gives[i]}
    used = {name for i in picked for piece in pieces(blocks[i]) for name in piece.uses}
    for i, names in reversed(list(enumerate(gives))):
        if i not in picked and names & (used - given) and not names & set(wanted):
            picked.add(i)
            given |= names
    return "\n\n\n".join(blocks[i].strip("\n") for i in sorted(picked))


def _bare(text: str) -> str | None:
    """Code that stands in the reply without fences: from the first line that looks like it."""
    lines = text.splitlines()
    first = next((i for i, line in enumerate(lines) if _BEGINS.match(line)), None)
    return None if first is None else _beginning("\n".join(lines[first:]))


def _beginning(code: str) -> str | None:
    """As many whole top-level statements as parse; a last one that breaks off is left out."""
    lines = code.splitlines()
    for _ in range(_CUTS):
        try:
            parse("\n".join(lines))
        except SyntaxError as error:
            last = min(error.lineno or len(lines), len(lines)) - 1
            # Back to where the top-level statement that does not parse begins.
            while last > 0 and (not lines[last].strip() or lines[last][0] in " \t)]}"):
                last -= 1
            while last > 0 and lines[last - 1].startswith("@"):
                last -= 1
            lines = lines[:last]
            continue
        return "\n".join(lines) if lines else None
    return None
