"""A record of what a provider was asked and answered: JSON Lines, one a request, in the order of the answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sandbox.data.records import Start, Transition, data_digest
from synth_server.domain import Exchange, Message, Usage
from synth_server.providers.protocol import (
    Proposal,
    ProviderError,
    ProviderExhaustedError,
    ProviderUnusableError,
    Request,
)
from synth_server.providers.spec import UnusableProviderError

_ERRORS: Mapping[str, type[ProviderError]] = {
    "exhausted": ProviderExhaustedError,
    "unusable": ProviderUnusableError,
    "failed": ProviderError,
}


class RecordingError(UnusableProviderError):
    """The file of a record cannot be used; the text names file, line and reason."""


@dataclass(frozen=True)
class Line:
    """One request and its answer.

    ``run`` tells apart the syntheses that one file holds. ``number`` counts the answers of a run from 0, and
    ``known`` is how many of them there were when this request was made: those from ``known`` to ``number`` were
    under way at the same time and came first. ``asked`` is what :class:`Asking` tells of the request.
    """

    run: str
    number: int
    known: int
    asked: Mapping[str, Any]
    answer: Proposal | ProviderError


class Asking:
    """What a request's answer depends on, in short. The history is not part of it, nor is what may be spent: both
    depend on how fast things went.
    """

    def __init__(self) -> None:
        self._rows: tuple[Sequence[Transition], Sequence[Start]] | None = None  # the last ones, kept alive
        self._digest = ""

    def told(self, request: Request) -> dict[str, Any]:
        """JSON data, the same for the same request. Takes about a second for 10,000 new rows: call it in a thread."""
        rows, starts = request.transitions, request.starts
        if self._rows is None or self._rows[0] is not rows or self._rows[1] is not starts:
            self._rows, self._digest = (rows, starts), data_digest(rows, starts)
        return {
            "index": request.index,
            "seed": request.seed,
            "attempt": request.attempt,
            "defect": request.defect.value if request.defect else None,
            "parent": _digest(request.parent.source) if request.parent else None,
            "warm start": _digest(request.warm_start) if request.warm_start is not None else None,
            "data": self._digest,
            "description": _digest(request.world.description),
            "actions": request.world.schema_digest(),
        }


def write_line(line: Line) -> str:
    """One line of the file, with its end."""
    answer = line.answer
    if isinstance(answer, Proposal):
        told = {"source": answer.source, "note": answer.note, "provider": answer.provider}
    else:
        kind = next(name for name, error in _ERRORS.items() if isinstance(answer, error))
        told = {"error": str(answer), "kind": kind}
    spent = {"usage": asdict(answer.usage), "exchanges": [asdict(exchange) for exchange in answer.exchanges]}
    body = {"run": line.run, "number": line.number, "known": line.known, "asked": line.asked, "answer": told | spent}
    return json.dumps(body, ensure_ascii=False) + "\n"


def read_recording(file: Path) -> list[Line]:
    """The lines of a file, in its order. A last line without an end was being written when its writer died.

    Raises:
        RecordingError: it cannot be read, or a line is none of a record.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise RecordingError(f"cannot read the record {file}: {reason}") from None
    whole = text.split("\n")[:-1]
    lines = [_line(text, f"{file}, line {number}") for number, text in enumerate(whole, 1) if text]
    if not lines:
        raise RecordingError(f"the record {file} holds no answer")
    return lines


def _line(text: str, where: str) -> Line:
    try:
        body = json.loads(text)
        told = body["answer"]
        usage, exchanges = Usage(**told["usage"]), tuple(map(_exchange, told["exchanges"]))
        answer: Proposal | ProviderError
        if "error" in told:
            answer = _ERRORS[told["kind"]](str(told["error"]), usage, exchanges)
        else:
            answer = Proposal(str(told["source"]), usage, str(told["note"]), str(told["provider"]), exchanges)
        return Line(str(body["run"]), int(body["number"]), int(body["known"]), dict(body["asked"]), answer)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordingError(f"{where}: no line of a record ({type(error).__name__})") from None


def _exchange(told: Mapping[str, Any]) -> Exchange:
    messages = tuple(Message(**message) for message in told["messages"])
    return Exchange(**{**told, "messages": messages, "usage": Usage(**told["usage"])})


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
