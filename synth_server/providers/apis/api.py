"""One API as its module speaks it, and what is the same around all of them: turn, time, price."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

import httpx2

from synth_server.domain import Usage
from synth_server.providers.completer import (
    Completion,
    CompletionError,
    EmptyReplyError,
    OverloadedError,
    Prompt,
    UnreachableError,
)
from synth_server.providers.limiter import Limiter
from synth_server.providers.pricing import Pricing, Tokens

OnResponse = Callable[[httpx2.Response], Awaitable[None]]  # sees each response of the HTTP client as it arrives
_BYTES_A_TOKEN = 3  # fewer than there are, so that an estimate is rather too high than too low


@dataclass(frozen=True)
class Patience:
    """How long a request may take, and how often its SDK tries again."""

    connect_seconds: float = 10.0
    silence_seconds: float = 300.0  # between two pieces of an answer, or before the first
    request_seconds: float = 900.0  # for all of it, the SDK's retries too
    retries: int = 2


@dataclass
class Reply:
    """What an API answered, while it comes. ``tokens`` stays None until the API told them; ``failure`` says why the
    answer is of no use although it came.
    """

    text: str = ""
    model: str = ""
    tokens: Tokens | None = None
    ended: bool = False  # by the API's own word, not because the connection did
    complete: bool = True
    failure: CompletionError | None = field(default=None, repr=False)


class Api(Protocol):
    """One model behind one API. ``label`` names it in texts, ``endpoint`` is the URL that answers."""

    label: str
    endpoint: str
    model: str

    async def ask(self, prompt: Prompt, reply: Reply) -> None:
        """Sends the prompt and fills ``reply`` as it comes. Cancelling closes the connection.

        Raises:
            CompletionError: there is no answer, or it broke off; what is in ``reply`` was answered all the same.
        """
        ...

    async def close(self) -> None:
        """Lets go of connections."""
        ...


class ApiCompleter:
    """A completer over an API. ``identity`` tells apart what may answer differently under one spec."""

    def __init__(self, spec: str, api: Api, pricing: Pricing, limiter: Limiter, request_seconds: float) -> None:
        self.spec = spec
        self.identity = f"{api.model} at {api.endpoint}"
        self._api = api
        self._pricing = pricing
        self._limiter = limiter
        self._seconds = request_seconds

    async def complete(self, prompt: Prompt) -> Completion:
        """One reply, once it is this request's turn.

        Raises:
            CompletionError: one of its kinds, with what the call cost.
        """
        async with self._limiter.turn():
            began, reply = time.monotonic(), Reply()
            try:
                async with asyncio.timeout(self._seconds):
                    await self._api.ask(prompt, reply)
            except TimeoutError:
                reply.failure = UnreachableError(f"{self._api.label} took longer than {self._seconds:g} s to answer")
                reply.model = reply.model or self._api.model  # the answer began, or may have
            except CompletionError as error:
                reply.failure = error
            self._judge(reply)
            if reply.failure is not None:
                if isinstance(reply.failure, OverloadedError):
                    self._limiter.overloaded(reply.failure.retry_after)
                raise reply.failure.costing(self._usage(prompt, reply), reply.model)
        tokens = reply.tokens or _estimate(prompt, reply)
        return Completion(
            text=reply.text,
            input_tokens=tokens.input,
            output_tokens=tokens.output,
            cost_usd=self._cost(reply.model, tokens),
            model=reply.model or self._api.model,
            seconds=time.monotonic() - began,
            complete=reply.complete,
        )

    def most_usd(self, input_tokens: int, output_tokens: int) -> float | None:
        """What so many tokens cost at most; None when the price is unknown."""
        return self._pricing.most(self._api.model, input_tokens, output_tokens)

    async def close(self) -> None:
        """Lets go of connections."""
        await self._api.close()

    def _judge(self, reply: Reply) -> None:
        """Finds what makes an answer that came useless."""
        if reply.failure is not None:
            return
        if not reply.ended:
            reply.failure = UnreachableError(f"the answer of {self._api.label} broke off")
        elif not reply.text.strip():
            spent = "" if reply.complete else ": all tokens of the reply were spent before it said anything"
            reply.failure = EmptyReplyError(f"{self._api.label} gave an empty reply{spent}")

    def _usage(self, prompt: Prompt, reply: Reply) -> Usage:
        """What a call without a usable reply cost; where an answer began, its tokens are counted or estimated."""
        if reply.tokens is None and not reply.model and not reply.text:
            return Usage(calls=1)
        tokens = reply.tokens or _estimate(prompt, reply)
        return Usage(1, tokens.input + tokens.output, self._cost(reply.model, tokens))

    def _cost(self, model: str, tokens: Tokens) -> float | None:
        """By the name that the model gave itself, or the one that it was asked for by."""
        cost = self._pricing.cost(model, tokens) if model else None
        return cost if cost is not None else self._pricing.cost(self._api.model, tokens)


def _estimate(prompt: Prompt, reply: Reply) -> Tokens:
    asked = sum(len(message.text.encode()) for message in prompt.messages)
    return Tokens(asked // _BYTES_A_TOKEN + 1, len(reply.text.encode()) // _BYTES_A_TOKEN)
