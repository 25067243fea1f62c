"""How providers are named: ``NAME`` or ``NAME:ARGUMENT``, where an argument may name further providers.

::

    spec     = "inductive" | "scripted:" FILE | "replay:" FILE
             | "openai:" MODEL | "anthropic:" MODEL | "openai-chat:" MODEL "@" URL
             | "record:" FILE "+" member | "ensemble:" members | "fallback:" members
    members  = member "," member ("," member)...
    member   = spec | "(" spec ")"

The commas of ``members`` are those outside of parentheses. An ensemble or a fallback among members stands in
parentheses, and so does a member whose own text holds a comma. FILE of ``record`` ends at the first ``+`` that a
provider's name follows. MODEL of ``openai-chat`` ends at the last ``@http``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


class UnknownProviderError(ValueError):
    """No provider has this name, or what follows the name does not fit it; the text says what is expected."""


class UnusableProviderError(ValueError):
    """The provider is known and cannot be used: its key or its file is missing. The text says what to do."""


@dataclass(frozen=True)
class Form:
    """One kind of provider: how it is written, and what it does in a sentence."""

    written: str
    about: str


FORMS: Mapping[str, Form] = {
    "inductive": Form("inductive", "Learns programs from data alone, on this machine."),
    "openai": Form("openai:MODEL", "A model of OpenAI's by the Responses API."),
    "openai-chat": Form("openai-chat:MODEL@URL", "A model of any server that speaks Chat Completions."),
    "anthropic": Form("anthropic:MODEL", "A model of Anthropic's by the Messages API."),
    "ensemble": Form("ensemble:A,B,...", "Asks free members first, then those with most success per cost."),
    "fallback": Form("fallback:A,B,...", "Asks the next member when one fails."),
    "record": Form("record:FILE+PROVIDER", "Asks a provider and writes down what it answers."),
    "replay": Form("replay:FILE", "Answers from such a record, at no cost."),
    "scripted": Form("scripted:FILE", "Answers request number i with program number i of a file."),
}
_GROUPS = frozenset({"ensemble", "fallback"})
_FILES = frozenset({"scripted", "replay"})
_FREE = frozenset({"inductive", "scripted", "replay"})
_CHAT = re.compile(r"(?P<model>.+)@(?P<url>https?://\S+)")


@dataclass(frozen=True)
class Spec:
    """A spec taken apart. What does not belong to its name is empty."""

    text: str
    name: str
    model: str = ""
    url: str = ""
    file: str = ""
    members: tuple["Spec", ...] = ()

    @property
    def free(self) -> bool:
        """Whether it costs neither money nor tokens."""
        return self.name in _FREE or (bool(self.members) and all(member.free for member in self.members))


def known_providers() -> list[str]:
    """How to name each of them."""
    return [form.written for form in FORMS.values()]


def parse(text: str) -> Spec:
    """Takes a spec apart; nothing is opened or asked.

    Raises:
        UnknownProviderError: it is none; the text names it and says what is expected.
    """
    name, colon, argument = text.partition(":")
    if name not in FORMS:
        raise UnknownProviderError(f"there is no provider {name!r}; there are {', '.join(known_providers())}")
    if name == "inductive":
        if colon:
            raise UnknownProviderError(f"`inductive` takes nothing after its name, not {argument!r}")
        return Spec(text, name)
    if not argument.strip():
        raise _expected(text, name)
    if name in _FILES:
        return Spec(text, name, file=argument)
    if name == "openai-chat":
        return _chat(text, argument)
    if name == "record":
        return _record(text, argument)
    if name in _GROUPS:
        return _group(text, name, argument)
    if not argument.isprintable() or " " in argument:
        raise _expected(text, name)
    return Spec(text, name, model=argument)


def _chat(text: str, argument: str) -> Spec:
    found = _CHAT.fullmatch(argument)
    try:
        parts = urlsplit(found["url"]) if found else None
        port = parts.port if parts else None
    except ValueError:
        parts, port = None, None
    if found is None or parts is None or not parts.hostname or port == 0 or not argument.isprintable():
        raise _expected(text, "openai-chat", "such as openai-chat:qwen2.5-coder@http://127.0.0.1:8080/v1")
    if "@" in parts.netloc or parts.query or parts.fragment:
        # The spec is not shown: what it holds may be a key.
        raise UnknownProviderError(
            "`openai-chat:` takes a URL without user, query and fragment; keys come from the environment or a keys file"
        )
    return Spec(text, "openai-chat", model=found["model"], url=found["url"])


def _record(text: str, argument: str) -> Spec:
    for plus in re.finditer(r"\+", argument):
        file, rest = argument[: plus.start()], argument[plus.end() :]
        if file and rest.removeprefix("(").partition(":")[0].rstrip(")") in FORMS:
            return Spec(text, "record", file=file, members=(parse(_bare(rest, text)),))
    raise _expected(text, "record", "such as record:answers.jsonl+inductive")


def _group(text: str, name: str, argument: str) -> Spec:
    members = []
    for part in _split(argument, text):
        member = _bare(part, text)
        if member == part and part.partition(":")[0] in _GROUPS:
            raise UnknownProviderError(f"{text!r}: put {part.partition(':')[0]!r} among members in parentheses")
        members.append(parse(member))
    if len(members) < 2 or len({member.text for member in members}) < len(members):
        raise _expected(text, name, "with at least two members, no two alike")
    return Spec(text, name, members=tuple(members))


def _split(argument: str, text: str) -> list[str]:
    """The parts between the commas that no parentheses enclose."""
    parts, depth = [""], 0
    for character in argument:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            raise UnknownProviderError(f"{text!r}: a parenthesis is closed that was not opened")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    if depth:
        raise UnknownProviderError(f"{text!r}: a parenthesis is not closed")
    return [part.strip() for part in parts]


def _bare(part: str, text: str) -> str:
    """A member without the parentheses around it."""
    if not part.startswith("("):
        return part
    if not part.endswith(")"):
        raise UnknownProviderError(f"{text!r}: nothing may follow a member in parentheses")
    return part[1:-1]


def _expected(text: str, name: str, more: str = "") -> UnknownProviderError:
    return UnknownProviderError(f"{text!r} is not written as {FORMS[name].written}" + (f", {more}" if more else ""))
