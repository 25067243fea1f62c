"""Anthropic's Messages API by its own SDK, streamed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import anthropic
import httpx2
from anthropic.types import MessageDeltaEvent, MessageParam, RawMessageStreamEvent
from anthropic.types import Usage as Used
from pydantic import SecretStr

from synth_server.providers.apis.api import OnResponse, Patience, Reply
from synth_server.providers.apis.failures import Told, judged, one_line, told_by, unreachable, unreadable
from synth_server.providers.completer import Prompt
from synth_server.providers.pricing import Tokens

_STRANGE = (ValueError, TypeError, AttributeError, KeyError, IndexError)  # of an answer that is none of this API


class MessagesApi:
    """``anthropic:MODEL``. The address is Anthropic's, or that of the SDK's own variable ANTHROPIC_BASE_URL."""

    def __init__(self, model: str, key: SecretStr | None, patience: Patience, on_response: OnResponse) -> None:
        self.label = f"anthropic:{model}"
        self.model = model
        self._client = anthropic.AsyncAnthropic(
            api_key=key.get_secret_value() if key is not None else "",
            max_retries=patience.retries,
            timeout=httpx2.Timeout(patience.silence_seconds, connect=patience.connect_seconds),
            http_client=anthropic.DefaultAsyncHttpxClient(event_hooks={"response": [on_response]}),
        )
        self._key = key
        self._patience = patience
        self.endpoint = str(self._client.base_url)

    async def ask(self, prompt: Prompt, reply: Reply) -> None:
        """One message.

        Raises:
            CompletionError: one of its kinds.
        """
        system = "\n\n".join(message.text for message in prompt.messages if message.role == "system")
        turns = [{"role": m.role, "content": m.text} for m in prompt.messages if m.role != "system"]
        async with self._translated():
            stream = await self._client.messages.create(
                model=self.model,
                system=system or anthropic.omit,
                messages=cast(list[MessageParam], turns),
                max_tokens=prompt.max_tokens,
                stream=True,
            )
            async with stream:
                async for event in stream:
                    self._take(event, reply)

    async def close(self) -> None:
        """Lets go of connections."""
        await self._client.close()

    def _take(self, event: RawMessageStreamEvent, reply: Reply) -> None:
        match event.type:
            case "message_start":
                reply.model = event.message.model
                reply.tokens = _tokens(event.message.usage)
            case "content_block_delta":
                if event.delta.type == "text_delta":
                    reply.text += event.delta.text
            case "message_delta":
                self._end(event, reply)
            case "message_stop":
                reply.ended = True

    def _end(self, event: MessageDeltaEvent, reply: Reply) -> None:
        former, used = reply.tokens or Tokens(), event.usage
        # The counts of this event are of the whole message; those that it leaves out were told at its start.
        read, written = used.cache_read_input_tokens, used.cache_creation_input_tokens
        plain = (
            former.input - former.cache_read - former.cache_write if used.input_tokens is None else used.input_tokens
        )
        read = former.cache_read if read is None else read
        written = former.cache_write if written is None else written
        reply.tokens = Tokens(plain + read + written, used.output_tokens, read, written)
        reason = event.delta.stop_reason
        reply.complete = reason not in {"max_tokens", "model_context_window_exceeded"}
        if reason == "refusal":
            details = event.delta.stop_details
            said = one_line((details.explanation if details else None) or "no reason given", self._key)
            reply.failure = judged(Told(0, frozenset({"refusal"}), said), self.label)

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        """Whatever the SDK raises in the block leaves it as a CompletionError."""
        try:
            yield
        except anthropic.APIStatusError as error:
            status = error.status_code if error.status_code >= 400 else 0  # 200: told within a stream
            headers = error.response.headers
            told = told_by(error.body, status, error.message, headers, self._key, error.type, error.error_code)
            raise judged(told, self.label) from None
        except (anthropic.APIConnectionError, httpx2.HTTPError) as error:
            timed_out = isinstance(error, (anthropic.APITimeoutError, httpx2.TimeoutException))
            raise unreachable(error, self.label, self._patience.silence_seconds, timed_out) from None
        except (anthropic.AnthropicError, *_STRANGE):
            raise unreadable(self.label) from None


def _tokens(used: Used) -> Tokens:
    read, written = used.cache_read_input_tokens or 0, used.cache_creation_input_tokens or 0
    return Tokens(used.input_tokens + read + written, used.output_tokens, read, written)
