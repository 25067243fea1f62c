"""What a language model behind an API looks like from here: a prompt in, a text and its cost out."""

from dataclasses import dataclass
from typing import Protocol

from synth_server.domain import Message, Usage


class CompletionError(RuntimeError):
    """There is no usable reply; the text is for people and never holds a key.

    ``usage`` is what the call cost all the same, as far as it is known: one call at least; ``model`` as it named
    itself, if it did.
    """

    usage = Usage(calls=1)
    model = ""

    def costing(self, usage: Usage, model: str) -> "CompletionError":
        """The same error with what it cost."""
        self.usage, self.model = usage, model
        return self


class CallerError(CompletionError):
    """Nothing that is asked will succeed until the user changes something: a bad key, an unknown model, no credit."""


class ContentRefusedError(CompletionError):
    """The model, or a filter before it, declined to answer this prompt."""


class EmptyReplyError(CompletionError):
    """The model answered, and said nothing: all that it was allowed went into thinking, or it saw nothing to say."""


class PromptTooLongError(CompletionError):
    """The prompt does not fit into the model's context. ``limit`` is its size in tokens, if it was told."""

    def __init__(self, reason: str, limit: int | None = None) -> None:
        super().__init__(reason)
        self.limit = limit


class OverloadedError(CompletionError):
    """The service asks for fewer requests (429, 529), after the retries of its SDK. ``retry_after`` in seconds."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class UnreachableError(CompletionError):
    """Time-out, cut connection, server error or an answer that is no answer of this API, after the SDK's retries."""


@dataclass(frozen=True)
class Prompt:
    """``sample`` numbers the draws from one prompt: equal prompts with equal samples may share a cached reply."""

    messages: tuple[Message, ...]
    max_tokens: int  # of the reply
    sample: int = 0


@dataclass(frozen=True)
class Completion:
    """A reply. ``cost_usd`` is None when the price is unknown. ``complete`` is False when it was cut at its length."""

    text: str
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    model: str
    seconds: float = 0.0
    cached: bool = False
    complete: bool = True


class Completer(Protocol):
    """One model behind one API. ``spec`` is the provider spec that chose it."""

    spec: str

    async def complete(self, prompt: Prompt) -> Completion:
        """One reply. Cancelling the task closes the connection.

        Raises:
            CompletionError: one of the kinds above.
        """
        ...

    def most_usd(self, input_tokens: int, output_tokens: int) -> float | None:
        """What so many tokens cost at most; None when the price is unknown."""
        ...

    async def close(self) -> None:
        """Lets go of connections."""
        ...
