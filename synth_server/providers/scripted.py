"""A provider that reads its answers from a file: for tests, and to replay programs that are at hand."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_server.domain import Usage
from synth_server.providers.protocol import Proposal, ProviderError, ProviderExhaustedError, Request

_KEYS = frozenset({"source", "file", "error", "delay", "note", "tokens"})


class ScriptError(ValueError):
    """The script cannot be used; the text names file, entry and reason."""


@dataclass(frozen=True)
class Entry:
    """One answer: after ``delay`` seconds, ``error`` if there is one, else ``source``."""

    source: str = ""
    error: str = ""
    delay: float = 0.0
    note: str = ""
    tokens: int = 0


class ScriptedProvider:
    """Answers request number i with entry number i."""

    def __init__(self, spec: str, entries: list[Entry]) -> None:
        self.spec = spec
        self._entries = entries

    async def propose(self, request: Request) -> Proposal:
        """The entry of the request's index.

        Raises:
            ProviderExhaustedError: the script has no such entry.
            ProviderError: the entry says so.
        """
        if request.index >= len(self._entries):
            raise ProviderExhaustedError(f"the script has {len(self._entries)} entries")
        entry = self._entries[request.index]
        await asyncio.sleep(entry.delay)
        if entry.error:
            raise ProviderError(entry.error)
        note = entry.note or f"entry {request.index + 1} of the script"
        return Proposal(entry.source, Usage(calls=1, tokens=entry.tokens), note)

    async def close(self) -> None:
        """Nothing runs."""


def read_script(path: Path) -> list[Entry]:
    """The entries of a file: a JSON list, or JSON Lines.

    An entry is ``{"source": TEXT}``, ``{"file": PATH}`` (seen from the script) or ``{"error": TEXT}``, each with
    ``delay``, ``note`` and ``tokens`` if wanted; a plain string is a source.

    Raises:
        ScriptError: the file, or one that it names, cannot be read, or an entry is none of these.
    """
    text = _read(path, "the script")
    try:
        items = json.loads(text) if text.lstrip().startswith("[") else [json.loads(x) for x in text.splitlines() if x]
    except ValueError as error:
        raise ScriptError(f"{path}: neither a JSON list nor JSON Lines: {error}") from None
    return [_entry(item, path, number) for number, item in enumerate(items, 1)]


def _entry(item: Any, path: Path, number: int) -> Entry:
    where = f"{path}, entry {number}"
    if isinstance(item, str):
        return Entry(item)
    if not isinstance(item, dict) or item.keys() - _KEYS:
        raise ScriptError(f"{where}: write a text, or an object with some of {', '.join(sorted(_KEYS))}")
    if len(item.keys() & {"source", "file", "error"}) != 1:
        raise ScriptError(f"{where}: write one of source, file and error")
    source = _read(path.parent / item["file"], where) if "file" in item else item.get("source", "")
    try:
        return Entry(
            str(source),
            str(item.get("error", "")),
            float(item.get("delay", 0.0)),
            str(item.get("note", "")),
            int(item.get("tokens", 0)),
        )
    except (TypeError, ValueError):
        raise ScriptError(f"{where}: `delay` and `tokens` are numbers") from None


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ScriptError(f"{what}: cannot read {path}: {reason}") from None
