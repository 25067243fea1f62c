"""Both official SDKs over real HTTP: what they answer, what goes wrong, and how many requests that takes."""

import asyncio
import logging
import time

import pytest

from synth_server.domain import Usage
from synth_server.providers.apis.api import ApiCompleter, Patience
from synth_server.providers.apis.chat import ChatApi
from synth_server.providers.apis.limited import watching
from synth_server.providers.completer import (
    CallerError,
    CompletionError,
    ContentRefusedError,
    EmptyReplyError,
    OverloadedError,
    PromptTooLongError,
    UnreachableError,
)
from synth_server.providers.limiter import Limiter
from synth_server.providers.pricing import Pricing
from tests.providers.apis import KEY, KINDS, PROMPT, Kind, served
from tests.providers.fake_api import Answer, chat, event, fake_api, told

each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
TEXT = "```python\nx = 1\n```"
NOW = {"retry_after": "0.01"}


@each
async def test_a_streamed_reply_has_its_text_its_tokens_and_its_cost(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(kind, monkeypatch, kind.answer(TEXT)) as (server, completer):
        reply = await completer.complete(PROMPT)
    assert (reply.text, reply.input_tokens, reply.output_tokens, reply.complete) == (TEXT, 11, 7, True)
    expected = {"responses": (11 * 1.25 + 7 * 10) / 1e6, "messages": (11 * 2 + 7 * 10) / 1e6, "chat": None}
    assert reply.cost_usd == (pytest.approx(expected[kind.name]) if expected[kind.name] else None)
    assert reply.model in {"m-1", "gpt-5-2025-08-07", "claude-sonnet-5-20260514"}
    (asked,) = server.asked
    assert asked.path == kind.path
    assert asked.body["stream"] is True
    assert "You write programs." in str(asked.body)
    assert "Write one." in str(asked.body)
    assert 500 in asked.body.values()


@each
async def test_a_reply_that_is_cut_at_its_length_says_so(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = {
        "chat": lambda: kind.answer(TEXT, finish="length"),
        "responses": lambda: kind.answer(TEXT, status="incomplete", reason="max_output_tokens"),
        "messages": lambda: kind.answer(TEXT, stop="max_tokens"),
    }[kind.name]()
    async with served(kind, monkeypatch, cut) as (server, completer):
        reply = await completer.complete(PROMPT)
    assert (reply.text, reply.complete, len(server.asked)) == (TEXT, False, 1)


@each
async def test_an_empty_reply_is_an_error_that_was_paid_for(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(kind, monkeypatch, kind.answer("")) as (server, completer):
        with pytest.raises(EmptyReplyError, match="empty reply") as caught:
            await completer.complete(PROMPT)
    assert (caught.value.usage.calls, caught.value.usage.tokens, len(server.asked)) == (1, 18, 1)


@each
async def test_429_is_tried_again_by_the_sdk_alone_after_the_time_it_names(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = told(429, kind.failure("rate_limit_error", "slow down"), retry_after="0.4")
    began = time.monotonic()
    async with served(kind, monkeypatch, busy, kind.answer(TEXT)) as (server, completer):
        assert (await completer.complete(PROMPT)).text == TEXT
    assert len(server.asked) == 2
    assert 0.4 <= time.monotonic() - began < 4


FAILURES = [
    (429, "rate_limit_error", "slow down", OverloadedError, "fewer requests", 3),
    (529, "overloaded_error", "busy", OverloadedError, "fewer requests", 3),
    (500, "server_error", "oops", UnreachableError, "failed .HTTP 500.: oops", 3),
    (401, "authentication_error", f"Incorrect API key provided: {KEY}", CallerError, "refuses the key", 1),
    (403, "permission_error", "not yours", CallerError, "refuses the key", 1),
    (404, "not_found_error", "model: nope", CallerError, "does not know this model .*nope", 1),
    (402, "billing_error", "pay first", CallerError, "no credit", 1),
    (400, "invalid_request_error", "Your credit balance is too low", CallerError, "no credit", 1),
    (400, "content_policy_violation", "not this", ContentRefusedError, "refuses this prompt", 1),
    (400, "invalid_request_error", f"bad {KEY} thing", CompletionError, r"does not take .*bad \[key\] thing", 1),
]


@each
@pytest.mark.parametrize(("status", "name", "text", "error", "match", "requests"), FAILURES)
async def test_a_failure_is_one_clear_line_and_is_not_tried_twice_over(
    kind: Kind,
    status: int,
    name: str,
    text: str,
    error: type[CompletionError],
    match: str,
    requests: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served(kind, monkeypatch, told(status, kind.failure(name, text), **NOW)) as (server, completer):
        with pytest.raises(error, match=match) as caught:
            await completer.complete(PROMPT)
    assert type(caught.value) is error
    assert len(server.asked) == requests
    assert KEY not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.usage == Usage(calls=1)


OVERFLOWS = [
    ("This model's maximum context length is 4096 tokens. However, you requested 5000.", 4096),
    ("prompt is too long: 208310 tokens > 200000 maximum", 200000),
    ("Trying to keep the first 9000 tokens when context length of only 8192 tokens", 8192),
    ("the request exceeds the available context size, try increasing it", None),
]


@each
@pytest.mark.parametrize(("text", "limit"), OVERFLOWS)
async def test_a_prompt_that_is_too_long_tells_the_limit_that_was_told(
    kind: Kind, text: str, limit: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = kind.failure("invalid_request_error", text)
    async with served(kind, monkeypatch, told(400, body)) as (server, completer):
        with pytest.raises(PromptTooLongError) as caught:
            await completer.complete(PROMPT)
    assert (caught.value.limit, len(server.asked)) == (limit, 1)


@each
async def test_a_silent_server_is_given_up(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    silent, patience = Answer([], hang=True), Patience(5.0, 0.3, retries=2)
    async with served(kind, monkeypatch, silent, patience=patience) as (server, completer):
        with pytest.raises(UnreachableError, match=r"was silent for 0\.3 s"):
            await completer.complete(PROMPT)
    assert len(server.asked) == 3


@each
async def test_a_reply_that_goes_quiet_is_given_up_and_not_asked_for_again(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = kind.answer(TEXT, hang=True)
    begun.pieces = begun.pieces[:-3]
    async with served(kind, monkeypatch, begun, patience=Patience(5.0, 0.3)) as (server, completer):
        with pytest.raises(UnreachableError, match=r"was silent for 0\.3 s") as caught:
            await completer.complete(PROMPT)
    assert len(server.asked) == 1
    assert caught.value.usage.tokens > 0


@each
async def test_a_reply_that_takes_too_long_in_all_is_given_up(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = kind.answer(TEXT, pause=0.3)
    async with served(kind, monkeypatch, slow, request_seconds=0.5) as (server, completer):
        with pytest.raises(UnreachableError, match=r"took longer than 0\.5 s"):
            await completer.complete(PROMPT)
        await asyncio.wait_for(server.left.wait(), 1)
    assert len(server.asked) == 1


@each
async def test_a_connection_that_is_cut_is_no_reply_and_counts(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = kind.answer(TEXT, cut=True)
    cut.pieces = cut.pieces[: len(cut.pieces) - 3]
    async with served(kind, monkeypatch, cut) as (server, completer):
        with pytest.raises(UnreachableError, match="broke off") as caught:
            await completer.complete(PROMPT)
    assert len(server.asked) == 1
    assert caught.value.usage.tokens > 0


@each
async def test_a_stream_that_ends_too_early_is_no_reply(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    early = kind.answer(TEXT, finish=None) if kind.name == "chat" else kind.answer(TEXT, ended=False)
    async with served(kind, monkeypatch, early) as (server, completer):
        with pytest.raises(UnreachableError, match="broke off"):
            await completer.complete(PROMPT)
    assert len(server.asked) == 1


@each
@pytest.mark.parametrize("junk", ["{not json", '"text"', "[1, 2]", '{"choices": 7, "type": "message_start"}'])
async def test_what_is_no_json_of_the_api_is_no_reply(kind: Kind, junk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(kind, monkeypatch, Answer([event(junk, "message_start")])) as (server, completer):
        with pytest.raises(UnreachableError, match=r"not readable|broke off"):
            await completer.complete(PROMPT)
    assert len(server.asked) == 1


@each
async def test_a_page_of_html_is_no_reply(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Answer(["<html>Welcome</html>"], headers={"content-type": "text/html"})
    async with served(kind, monkeypatch, page) as (server, completer):
        with pytest.raises(UnreachableError, match=r"not readable|broke off"):
            await completer.complete(PROMPT)
    assert len(server.asked) == 1


@each
async def test_an_error_within_a_stream_is_told(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = kind.answer(TEXT)
    failure = kind.failure("overloaded_error", "no room")
    begun.pieces = [*begun.pieces[:2], event(failure, "error" if kind.name == "messages" else "")]
    async with served(kind, monkeypatch, begun) as (server, completer):
        with pytest.raises(OverloadedError, match="no room"):
            await completer.complete(PROMPT)
    assert len(server.asked) == 1


@each
async def test_a_refusal_is_told_with_what_it_cost(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = (
        kind.answer("", stop="refusal") if kind.name == "messages" else kind.answer("", refusal="I would rather not")
    )
    async with served(kind, monkeypatch, refused) as (server, completer):
        with pytest.raises(ContentRefusedError, match="refuses this prompt") as caught:
            await completer.complete(PROMPT)
    assert (caught.value.usage.tokens, len(server.asked)) == (18, 1)


async def test_a_response_that_failed_or_was_filtered_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = KINDS[0]
    failed = kind.answer("", status="failed", error={"code": "rate_limit_exceeded", "message": "later"})
    filtered = kind.answer(TEXT, status="incomplete", reason="content_filter")
    error = Answer([event({"type": "error", "code": "server_error", "message": "oops", "sequence_number": 0}, "error")])
    async with served(kind, monkeypatch, failed, filtered, error) as (server, completer):
        with pytest.raises(OverloadedError, match="later"):
            await completer.complete(PROMPT)
        with pytest.raises(ContentRefusedError, match="filter"):
            await completer.complete(PROMPT)
        with pytest.raises(UnreachableError, match="oops"):
            await completer.complete(PROMPT)
    assert len(server.asked) == 3


@each
async def test_cancelling_closes_the_request_within_a_second(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = kind.answer(TEXT, hang=True)
    begun.pieces = begun.pieces[:-2]
    for answer in (begun, Answer([], hang=True)):
        async with served(kind, monkeypatch, answer) as (server, completer):
            task = asyncio.create_task(completer.complete(PROMPT))
            await server.arrived.wait()
            await asyncio.sleep(0.1)
            task.cancel()
            await asyncio.wait_for(server.left.wait(), 1)
            with pytest.raises(asyncio.CancelledError):
                await task
        assert len(server.asked) == 1


async def test_no_server_at_all_is_told() -> None:
    async with fake_api(chat(TEXT)) as server:
        pass  # it has stopped
    limiter = Limiter(2)
    api = ChatApi("m", f"{server.url}/v1", None, Patience(retries=0), watching(limiter))
    completer = ApiCompleter("x", api, Pricing(), limiter, 20)
    with pytest.raises(UnreachableError, match="connection to openai-chat:m failed") as caught:
        await completer.complete(PROMPT)
    await completer.close()
    assert caught.value.usage == Usage(calls=1)


@each
async def test_the_key_goes_to_the_server_and_nowhere_else(
    kind: Kind, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [
        told(401, kind.failure("authentication_error", f"Incorrect key {KEY}")),
        told(400, kind.failure("invalid_request_error", f"{KEY} is odd")),
        kind.answer("", cut=True),
        kind.answer(TEXT),
    ]
    emitted = []
    async with served(kind, monkeypatch, *answers) as (server, completer):
        for _ in answers:
            try:
                emitted.append(repr(await completer.complete(PROMPT)))
            except CompletionError as error:
                emitted += [str(error), repr(error), repr(error.__cause__), repr(vars(error))]
        emitted += [repr(completer), repr(vars(completer)), completer.identity]
    assert all(asked.headers["authorization"] == f"Bearer {KEY}" for asked in server.asked)
    captured = capsys.readouterr()
    assert KEY not in "\n".join([*emitted, caplog.text, captured.out, captured.err])


@each
async def test_complaints_lower_the_limit_even_where_the_sdk_tries_again(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    limiter = Limiter(8)
    busy = told(429, kind.failure("rate_limit_error", "slow down"), **NOW)
    async with served(kind, monkeypatch, busy, kind.answer(TEXT), limiter=limiter) as (_, completer):
        await completer.complete(PROMPT)
    assert limiter.limit == 4


async def test_a_server_without_a_key_gets_none_and_nothing_of_another_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ADMIN_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"Authorization: Bearer {KEY}\nX-Gateway: {KEY}")
    limiter = Limiter(2)
    async with fake_api(chat(TEXT)) as server:
        api = ChatApi("m", f"{server.url}/v1", None, Patience(), watching(limiter))
        completer = ApiCompleter("x", api, Pricing(), limiter, 20)
        await completer.complete(PROMPT)
        await completer.close()
    assert KEY not in str(server.asked[0].headers)
    assert "org-secret" not in str(server.asked[0].headers)
    assert "authorization" not in server.asked[0].headers


async def test_a_server_that_wants_a_key_and_gets_none_is_told_apart_from_one_that_refuses_it() -> None:
    limiter = Limiter(2)
    async with fake_api(told(401, {"error": {"message": "no key", "code": "invalid_api_key"}})) as server:
        api = ChatApi("m", f"{server.url}/v1", None, Patience(), watching(limiter))
        completer = ApiCompleter("x", api, Pricing(), limiter, 20)
        with pytest.raises(CallerError, match=r"wants a key \(HTTP 401\), and none is known"):
            await completer.complete(PROMPT)
        await completer.close()
