"""Structured logs on stderr: lines for people, or JSON."""

import logging
import sys
from typing import Any, Literal, Protocol, TextIO, cast

import structlog


class Log(Protocol):
    """What the server's parts write to. Keys are the facts; ``event`` is a short stable name."""

    def info(self, event: str, **facts: Any) -> None:
        """Something happened as it should."""
        ...

    def warning(self, event: str, **facts: Any) -> None:
        """Something is not as it should be, and the server goes on."""
        ...

    def error(self, event: str, **facts: Any) -> None:
        """Something failed. ``exc_info`` is the exception."""
        ...


class _StandardError:
    """Whatever standard error is at the time of writing: who runs a server inside a test may replace it."""

    def write(self, text: str) -> None:
        sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def make_log(form: Literal["console", "json"]) -> Log:
    """A log in this form."""
    # Neither form shows local variables, which may hold what is secret.
    plain = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    colors = sys.stderr.isatty()
    last: list[Any] = (
        [structlog.processors.ExceptionRenderer(plain), structlog.processors.JSONRenderer()]
        if form == "json"
        else [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]
    )
    log: Log = structlog.wrap_logger(
        structlog.PrintLogger(cast(TextIO, _StandardError())),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    return log
