"""An expert without a network between."""

from synth_server.providers.completer import Completion, Prompt
from tests.e2e.expert.expert import Expert


class Openly:
    """A completer that asks an expert."""

    def __init__(self, expert: Expert) -> None:
        self.spec = "expert"
        self._expert = expert

    async def complete(self, prompt: Prompt) -> Completion:
        told = {message.role: message.text for message in prompt.messages}
        return Completion(self._expert.answer(told["system"], told["user"]), 100, 100, 0.0, "expert-1")

    def most_usd(self, input_tokens: int, output_tokens: int) -> float | None:
        return 0.0

    async def close(self) -> None:
        pass
