"""A model at the edge of the internet: answers what it is told to, and keeps what it was asked."""

from collections.abc import Sequence

from synth_server.providers.completer import Completion, CompletionError, Prompt


class Replies:
    """A completer that gives these replies, or raises these errors, one after the other; then the last again."""

    def __init__(self, *replies: str | Completion | CompletionError, usd: float | None = 0.001) -> None:
        self.spec = "test"
        self.asked: list[Prompt] = []
        self.closed = False
        self._replies: Sequence[str | Completion | CompletionError] = replies
        self._usd = usd  # for a thousand tokens

    async def complete(self, prompt: Prompt) -> Completion:
        self.asked.append(prompt)
        reply = self._replies[min(len(self.asked), len(self._replies)) - 1]
        if isinstance(reply, CompletionError):
            raise reply
        if isinstance(reply, Completion):
            return reply
        return Completion(reply, 1_000, 100, self.most_usd(1_000, 100), "model-1")

    def most_usd(self, input_tokens: int, output_tokens: int) -> float | None:
        return None if self._usd is None else self._usd * (input_tokens + output_tokens) / 1_000

    async def close(self) -> None:
        self.closed = True

    def turn(self, number: int) -> str:
        """The last message of a request."""
        return self.asked[number].messages[-1].text


def fenced(code: str, tag: str = "python") -> str:
    return f"The rule is clear.\n\n```{tag}\n{code}\n```\n"
