"""OpenAI's Responses API by its own SDK, streamed."""

from typing import Any, cast

import openai
from openai.types.responses import EasyInputMessageParam, Response, ResponseInputParam
from pydantic import SecretStr

from synth_server.providers.apis.api import OnResponse, Patience, Reply
from synth_server.providers.apis.failures import Told, judged, one_line
from synth_server.providers.apis.openai_sdk import client, translated
from synth_server.providers.completer import Prompt
from synth_server.providers.pricing import Tokens


class ResponsesApi:
    """``openai:MODEL``. The address is OpenAI's, or that of the SDK's own variable OPENAI_BASE_URL."""

    def __init__(self, model: str, key: SecretStr | None, patience: Patience, on_response: OnResponse) -> None:
        self.label = f"openai:{model}"
        self.model = model
        self._client = client(None, key, patience, on_response)
        self._key = key
        self._patience = patience
        self.endpoint = str(self._client.base_url)

    async def ask(self, prompt: Prompt, reply: Reply) -> None:
        """One response; nothing of it is stored at OpenAI.

        Raises:
            CompletionError: one of its kinds.
        """
        system = "\n\n".join(message.text for message in prompt.messages if message.role == "system")
        async with translated(self.label, self._key, self._patience):
            stream = await self._client.responses.create(
                model=self.model,
                instructions=system or openai.omit,
                input=_input(prompt),
                max_output_tokens=prompt.max_tokens,
                store=False,
                stream=True,
            )
            async with stream:
                async for event in stream:
                    match event.type:
                        case "response.created":
                            reply.model = event.response.model
                        case "response.output_text.delta":
                            reply.text += event.delta
                        case "response.completed" | "response.incomplete" | "response.failed":
                            self._end(event.response, reply)
                        case "error":
                            told = Told(0, frozenset({event.code or ""}), one_line(event.message, self._key))
                            raise judged(told, self.label)

    async def close(self) -> None:
        """Lets go of connections."""
        await self._client.close()

    def _end(self, response: Response, reply: Reply) -> None:
        """Takes the last word of the API, which repeats the whole answer."""
        reply.ended = True
        reply.model = response.model or reply.model
        reply.text = response.output_text or reply.text
        if used := response.usage:
            details = used.input_tokens_details
            reply.tokens = Tokens(
                used.input_tokens,
                used.output_tokens,
                cache_read=(details.cached_tokens or 0) if details else 0,
            )
        if response.error is not None:
            told = Told(0, frozenset({response.error.code}), one_line(response.error.message, self._key))
            reply.failure = judged(told, self.label)
        elif response.status == "failed":
            reply.failure = judged(Told(0, frozenset({"server_error"})), self.label)
        elif response.incomplete_details and response.incomplete_details.reason == "content_filter":
            reply.failure = judged(Told(0, frozenset({"content_filter"}), "its filter cut the reply"), self.label)
        elif refusal := _refusal(response):
            reply.failure = judged(Told(0, frozenset({"refusal"}), one_line(refusal, self._key)), self.label)
        reply.complete = response.status == "completed"


def _input(prompt: Prompt) -> ResponseInputParam:
    turns = [message for message in prompt.messages if message.role != "system"]
    return cast(ResponseInputParam, [EasyInputMessageParam(role=cast(Any, m.role), content=m.text) for m in turns])


def _refusal(response: Response) -> str:
    for item in response.output:
        if item.type == "message":
            for part in item.content:
                if part.type == "refusal":
                    return part.refusal or "no reason given"
    return ""
