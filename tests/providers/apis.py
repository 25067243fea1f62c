"""The three APIs over the fake server, alike, so that a test is written once."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from synth_server.domain import Message
from synth_server.providers.apis.api import Api, ApiCompleter, Patience
from synth_server.providers.apis.chat import ChatApi
from synth_server.providers.apis.limited import watching
from synth_server.providers.apis.messages import MessagesApi
from synth_server.providers.apis.responses import ResponsesApi
from synth_server.providers.completer import Prompt
from synth_server.providers.limiter import Limiter
from synth_server.providers.pricing import Pricing
from tests.providers.fake_api import Answer, FakeApi, chat, fake_api, messages, responses

KEY = "sk-test-4f1c9d2e7b"
PROMPT = Prompt((Message("system", "You write programs."), Message("user", "Write one.")), 500)


@dataclass(frozen=True)
class Kind:
    """One API: how its answers look, and how it names a failure."""

    name: str
    answer: Callable[..., Answer]
    failure: Callable[[str, str], Any]  # kind of an error, its text
    path: str


def _openai_failure(kind: str, text: str) -> Any:
    return {"error": {"message": text, "type": kind, "code": kind, "param": None}}


def _anthropic_failure(kind: str, text: str) -> Any:
    return {"type": "error", "error": {"type": kind, "message": text}}


KINDS = (
    Kind("responses", responses, _openai_failure, "/v1/responses"),
    Kind("chat", chat, _openai_failure, "/v1/chat/completions"),
    Kind("messages", messages, _anthropic_failure, "/v1/messages"),
)


@asynccontextmanager
async def served(
    kind: Kind,
    monkeypatch: pytest.MonkeyPatch,
    *answers: Answer,
    limiter: Limiter | None = None,
    patience: Patience | None = None,
    request_seconds: float = 20.0,
) -> AsyncIterator[tuple[FakeApi, ApiCompleter]]:
    """A completer of this kind, and the server that it talks to."""
    limiter, patience = limiter or Limiter(4), patience or Patience(5.0, 5.0)
    async with fake_api(*answers) as server:
        key, hook = SecretStr(KEY), watching(limiter)
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        api: Api
        match kind.name:
            case "responses":
                api, pricing = ResponsesApi("gpt-5", key, patience, hook), Pricing("openai")
            case "chat":
                api, pricing = ChatApi("qwen/a:7b", f"{server.url}/v1", key, patience, hook), Pricing()
            case _:
                api, pricing = MessagesApi("claude-sonnet-5", key, patience, hook), Pricing("anthropic")
        completer = ApiCompleter(f"{kind.name}:x", api, pricing, limiter, request_seconds)
        try:
            yield server, completer
        finally:
            await completer.close()
