"""A small HTTP server on loopback that speaks Responses, Chat Completions and Messages, and misbehaves when told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Asked:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Answer:
    """What one request gets: ``pieces`` are written one after another, ``pause`` seconds before each.

    ``cut`` ends the connection in the middle of the body; ``hang`` never goes on after the pieces.
    """

    pieces: list[str]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    cut: bool = False
    hang: bool = False


class FakeApi:
    """Answers request number i with answer number i, and any further one with the last."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.answers = list(answers)
        self.asked: list[Asked] = []
        self.under_way = 0
        self.most_under_way = 0
        self.tasks: set[asyncio.Task[None]] = set()
        self.arrived = asyncio.Event()
        self.ends = asyncio.Event()
        self.left = asyncio.Event()  # a client hung up before it had its answer
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                asked = await _request(reader)
                answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
                self.asked.append(asked)
                self.arrived.set()
                self.under_way += 1
                self.most_under_way = max(self.most_under_way, self.under_way)
                try:
                    await self._answer(answer, reader, writer)
                finally:
                    self.under_way -= 1
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gone = asyncio.ensure_future(reader.read(1))  # no client sends more before it has its answer
        head = {"content-type": "text/event-stream" if answer.status == 200 else "application/json", **answer.headers}
        lines = [
            f"HTTP/1.1 {answer.status} Told",
            "transfer-encoding: chunked",
            "connection: close",
            *(f"{k}: {v}" for k, v in head.items()),
        ]
        try:
            if answer.pieces or not answer.hang:
                writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            for piece in answer.pieces:
                if await self._waited(gone, answer.pause):
                    return
                data = piece.encode()
                writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                await writer.drain()
            if answer.hang:
                await self._waited(gone, 30.0)
            elif not answer.cut:
                writer.write(b"0\r\n\r\n")
                await writer.drain()
        finally:
            gone.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await gone

    async def _waited(self, gone: "asyncio.Future[bytes]", seconds: float) -> bool:
        """Whether the client hung up meanwhile."""
        if not seconds:
            return False
        ends = asyncio.ensure_future(self.ends.wait())
        await asyncio.wait({gone, ends}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        ends.cancel()
        if gone.done():
            self.left.set()
        return gone.done()


@asynccontextmanager
async def fake_api(*answers: Answer) -> AsyncIterator[FakeApi]:
    """The server for the length of the block."""
    api = FakeApi(answers)
    server = await asyncio.start_server(api.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    api.url = f"http://127.0.0.1:{port}"
    try:
        yield api
    finally:
        server.close()
        api.ends.set()
        await asyncio.gather(*api.tasks)


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(first.split()[1], headers, json.loads(body or b"{}"))


def told(status: int, body: Any, **headers: str) -> Answer:
    """An answer in one piece."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer([text], status, {name.replace("_", "-"): value for name, value in headers.items()})


def event(data: Any, name: str = "") -> str:
    """One server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "") + f"data: {text}\n\n"


# --- Chat Completions ----------------------------------------------------------------------------------------


def chat(text: str, finish: str | None = "stop", usage: bool = True, refusal: str = "", **answer: Any) -> Answer:
    def chunk(delta: dict[str, Any], finished: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finished}
        return event({"id": "c", "object": "chat.completion.chunk", "model": "m-1", "choices": [choice]})

    pieces = [chunk({"role": "assistant", "content": part}) for part in _parts(text)]
    if refusal:
        pieces.append(chunk({"refusal": refusal}))
    if finish:
        pieces.append(chunk({}, finish))
    if usage and finish:
        counts = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        pieces.append(event({"id": "c", "model": "m-1", "choices": [], "usage": counts}))
    return Answer([*pieces, *([event("[DONE]")] if finish else [])], **answer)


# --- Responses -----------------------------------------------------------------------------------------------


def responses(text: str, status: str = "completed", ended: bool = True, refusal: str = "", **answer: Any) -> Answer:
    reason = answer.pop("reason", None)
    error = answer.pop("error", None)
    content: list[dict[str, Any]] = [{"type": "output_text", "text": text, "annotations": []}] if text else []
    if refusal:
        content.append({"type": "refusal", "refusal": refusal})
    whole = {
        "id": "r",
        "object": "response",
        "model": "gpt-5-2025-08-07",
        "status": status,
        "error": error,
        "incomplete_details": {"reason": reason} if reason else None,
        "output": [{"type": "message", "id": "o", "role": "assistant", "status": status, "content": content}],
        "usage": {
            "input_tokens": 11,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": 7,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 18,
        },
    }
    begun = {**whole, "status": "in_progress", "output": [], "usage": None, "error": None}
    pieces = [event({"type": "response.created", "sequence_number": 0, "response": begun}, "response.created")]
    for number, part in enumerate(_parts(text), 1):
        delta = {"type": "response.output_text.delta", "sequence_number": number, "delta": part, "item_id": "o"}
        pieces.append(event({**delta, "output_index": 0, "content_index": 0, "logprobs": []}, delta["type"]))
    if ended:
        last = f"response.{status}"
        pieces.append(event({"type": last, "sequence_number": 99, "response": whole}, last))
    return Answer(pieces, **answer)


# --- Messages ------------------------------------------------------------------------------------------------


def messages(text: str, stop: str = "end_turn", ended: bool = True, **answer: Any) -> Answer:
    message = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-5-20260514",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 11, "output_tokens": 1},
    }
    pieces = [event({"type": "message_start", "message": message}, "message_start")]
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    pieces.append(event(block, "content_block_start"))
    for part in _parts(text):
        delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": part}}
        pieces.append(event(delta, "content_block_delta"))
    pieces.append(event({"type": "content_block_stop", "index": 0}, "content_block_stop"))
    if ended:
        last = {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}}
        pieces.append(event({**last, "usage": {"output_tokens": 7}}, "message_delta"))
        pieces.append(event({"type": "message_stop"}, "message_stop"))
    return Answer(pieces, **answer)


def _parts(text: str) -> list[str]:
    """A text in two pieces, as a stream brings it."""
    half = len(text) // 2
    return [part for part in (text[:half], text[half:]) if part]
