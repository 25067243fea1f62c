"""What went wrong with an API, from what its SDK raised to an error in our words; the same for all of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from synth_server.providers.completer import (
    CallerError,
    CompletionError,
    ContentRefusedError,
    OverloadedError,
    PromptTooLongError,
    UnreachableError,
)

_LONGEST = 300  # characters of what an API said
_NO_CREDIT = frozenset({"insufficient_quota", "billing_error", "billing_not_active", "billing_hard_limit_reached"})
_TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error", "request_too_large"})
_UNKNOWN = frozenset({"model_not_found", "not_found_error"})
_BAD_KEY = frozenset({"authentication_error", "permission_error", "invalid_api_key"})
_BUSY = frozenset({"rate_limit_exceeded", "rate_limit_error", "overloaded_error", "too_many_requests"})
_BROKEN = frozenset({"server_error", "api_error", "timeout_error", "internal_error", "internal_server_error"})
_FILTER = re.compile(r"^(content_filter|invalid_prompt|.*_policy|.*policy_violation|refusal)$")
_OVERFLOW = re.compile(
    r"prompt is too long|maximum context length|context (length|window|size) (exceeded|of only)"
    r"|exceeds? the (available |model'?s? |maximum )*context",
    re.IGNORECASE,
)
_LIMITS = (
    re.compile(r"maximum context length (?:is|of) (\d+)", re.IGNORECASE),
    re.compile(r"> (\d+) maximum"),
    re.compile(r"context (?:length|window|size) (?:of only|of|is|\() ?(\d+)", re.IGNORECASE),
)


@dataclass(frozen=True)
class Told:
    """What is known of a failure: HTTP status (0: none), the API's own names for it, its sentence."""

    status: int = 0
    names: frozenset[str] = frozenset()
    text: str = ""
    retry_after: float | None = None  # seconds
    limit: int | None = None  # tokens of the model's context


def judged(told: Told, label: str, *, keyless: bool = False) -> CompletionError:
    """The error for what an API told; ``label`` names the API, ``keyless`` says that it was asked without a key."""
    status, names, said = told.status, told.names, f": {told.text}" if told.text else ""
    code = f" (HTTP {status})" if status >= 400 else ""
    if status == 402 or names & _NO_CREDIT or "credit balance" in told.text:
        return CallerError(f"{label} says that there is no credit{code}{said}")
    if status in {401, 403} or names & _BAD_KEY:
        if keyless:
            return CallerError(f"{label} wants a key{code}, and none is known for its host; see docs/providers.md")
        # What it says may hold parts of the key.
        return CallerError(f"{label} refuses the key, or it may not use this model{code}")
    if status == 413 or names & _TOO_LONG or _OVERFLOW.search(told.text):
        limit = told.limit or _limit(told.text)
        size = f" of {limit} tokens" if limit else ""
        return PromptTooLongError(f"the prompt does not fit into the context{size} of {label}{code}", limit)
    if any(_FILTER.match(name) for name in names):
        return ContentRefusedError(f"{label} refuses this prompt{code}{said}")
    if status == 404 or names & _UNKNOWN:
        return CallerError(f"{label} does not know this model or address{code}{said}")
    if status in {429, 529} or names & _BUSY:
        return OverloadedError(f"{label} asks for fewer requests{code}{said}", told.retry_after)
    if status >= 500 or status in {408, 409} or names & _BROKEN:
        return UnreachableError(f"{label} failed{code}{said}")
    return CompletionError(f"{label} does not take the request{code}{said}")


def told_by(
    body: object, status: int, message: str, headers: Mapping[str, str], secret: SecretStr | None, *more: str | None
) -> Told:
    """Reads the body of an error, whatever server sent it; ``more`` are names that the SDK read out of it."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    names: list[object] = list(more)
    limit = None
    if isinstance(error, Mapping):
        names += [error.get("type"), error.get("code")]
        said = error.get("message") or error.get("detail")
        message = said if isinstance(said, str) else message
        size = error.get("n_ctx")  # llama.cpp
        limit = size if isinstance(size, int) else None
    elif isinstance(error, str):
        message = error
    return Told(status, _words(names), one_line(message, secret), seconds_of(headers), limit)


def unreachable(error: BaseException, label: str, silence_seconds: float, timed_out: bool) -> UnreachableError:
    """There was no answer, or it broke off."""
    if timed_out:
        return UnreachableError(f"{label} was silent for {silence_seconds:g} s")
    cause: BaseException = error
    while cause.__cause__ is not None or cause.__context__ is not None:
        cause = cause.__cause__ or cause.__context__ or cause
    reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else type(cause).__name__
    return UnreachableError(f"the connection to {label} failed or broke off ({reason})")


def unreadable(label: str) -> UnreachableError:
    """What came is no answer of this API."""
    return UnreachableError(f"the answer of {label} is not readable")


def one_line(text: str, secret: SecretStr | None) -> str:
    """A sentence of an API, short and without the key."""
    key = secret.get_secret_value() if secret is not None else ""
    line = " ".join((text.replace(key, "[key]") if key else text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


def _words(names: Iterable[object]) -> frozenset[str]:
    return frozenset(name for name in names if isinstance(name, str))


def _limit(text: str) -> int | None:
    for pattern in _LIMITS:
        if found := pattern.search(text.replace(",", "")):
            return int(found[1])
    return None


def seconds_of(headers: Mapping[str, str]) -> float | None:
    """What Retry-After names, if it is a number."""
    try:
        return max(0.0, float(headers["retry-after"]))
    except (KeyError, ValueError):
        return None
