"""Structured logs on stderr: lines for people, or JSON."""

import logging
import sys
from typing import Any, Literal, Protocol

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


def make_log(form: Literal["console", "json"]) -> Log:
    """A log in this form."""
    last: list[Any] = (
        [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
        if form == "json"
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    log: Log = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    return log
