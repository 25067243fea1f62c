"""Chat Completions of any compatible server (vLLM, Ollama, llama.cpp, OpenRouter) by OpenAI's SDK, streamed."""

import os
from collections.abc import Mapping
from typing import Any, cast

import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
from openai.types.completion_usage import CompletionUsage
from pydantic import SecretStr

from synth_server.providers.apis.api import OnResponse, Patience, Reply
from synth_server.providers.apis.failures import Told, judged, one_line
from synth_server.providers.apis.openai_sdk import client, translated
from synth_server.providers.completer import Prompt
from synth_server.providers.pricing import Tokens

_OPENAI_ITSELF = "https://api.openai.com/"  # its newer models take `max_completion_tokens` only, others rarely do


class ChatApi:
    """``openai-chat:MODEL@BASE_URL``. A server without a key gets no Authorization header at all."""

    def __init__(
        self, model: str, base_url: str, key: SecretStr | None, patience: Patience, on_response: OnResponse
    ) -> None:
        self.label = f"openai-chat:{model}"
        self.model = model
        self._client = client(base_url, key, patience, on_response)
        self._key = key
        self._patience = patience
        self.endpoint = str(self._client.base_url)
        self._headers = _without_what_is_openais(key)

    async def ask(self, prompt: Prompt, reply: Reply) -> None:
        """One completion.

        Raises:
            CompletionError: one of its kinds.
        """
        messages = [{"role": message.role, "content": message.text} for message in prompt.messages]
        newer = self.endpoint.startswith(_OPENAI_ITSELF)
        refusal = ""
        async with translated(self.label, self._key, self._patience):
            stream = await self._client.chat.completions.create(
                model=self.model,
                messages=cast(list[ChatCompletionMessageParam], messages),
                max_tokens=openai.omit if newer else prompt.max_tokens,
                max_completion_tokens=prompt.max_tokens if newer else openai.omit,
                stream=True,
                stream_options={"include_usage": True},
                extra_headers=self._headers,
            )
            async with stream:
                async for chunk in stream:
                    refusal += self._take(chunk, reply)
        if refusal:
            reply.failure = judged(Told(0, frozenset({"refusal"}), one_line(refusal, self._key)), self.label)

    async def close(self) -> None:
        """Lets go of connections."""
        await self._client.close()

    def _take(self, chunk: ChatCompletionChunk, reply: Reply) -> str:
        """Adds a piece of the answer; gives the piece of a refusal in it, if there is one."""
        reply.model = chunk.model or reply.model
        if chunk.usage is not None:
            reply.tokens = _tokens(chunk.usage)
        refusal = ""
        for choice in chunk.choices[:1]:
            if choice.delta is not None:
                reply.text += choice.delta.content or ""
                refusal = choice.delta.refusal or ""
            if choice.finish_reason is not None:
                reply.ended = True
                reply.complete = choice.finish_reason != "length"
            if choice.finish_reason == "content_filter":
                reply.failure = judged(Told(0, frozenset({"content_filter"}), "its filter cut the reply"), self.label)
        return refusal


def _tokens(used: CompletionUsage) -> Tokens:
    details = used.prompt_tokens_details
    cached = details.cached_tokens if details is not None else 0
    return Tokens(used.prompt_tokens, used.completion_tokens, cache_read=cached or 0)


def _without_what_is_openais(key: SecretStr | None) -> Mapping[str, Any]:
    """Headers that keep what the environment says about an account with OpenAI from other servers."""
    unset: dict[str, Any] = {"OpenAI-Organization": openai.omit, "OpenAI-Project": openai.omit}
    for line in os.environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines():
        unset[line.partition(":")[0].strip()] = openai.omit
    unset.pop("", None)
    if key is None:
        unset["Authorization"] = openai.omit
    return unset
