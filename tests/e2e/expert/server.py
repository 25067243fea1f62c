"""An expert behind the Chat Completions and the Messages API, on loopback: answers, counts, can be told to wait."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.e2e.expert.expert import Expert
from tests.providers.fake_api import messages

MODEL = "expert-1"


class ExpertServer:
    """``asked`` are the prompts that arrived, ``answered`` those whose reply was written to the end, in order.

    Requests from number ``hold_from`` (0 is the first) on wait before they are answered, until :meth:`drop` leaves
    those that wait without an answer.
    """

    def __init__(self, expert: Expert) -> None:
        self.expert = expert
        self.asked: list[str] = []
        self.answered: list[str] = []
        self.hold_from: int | None = None
        self.dropped = 0
        self.changed = threading.Condition()
        self.url = ""

    @property
    def spec(self) -> str:
        """How the provider is named; ``anthropic:MODEL`` finds it by ``ANTHROPIC_BASE_URL``."""
        return f"openai-chat:{MODEL}@{self.url}/v1"

    def wait_until_asked(self, count: int, seconds: float = 60.0) -> None:
        """Until so many requests arrived."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.asked) >= count, seconds), self.asked

    def wait_until_answered(self, count: int, seconds: float = 60.0) -> None:
        """Until so many replies were written."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.answered) >= count, seconds), self.answered

    def drop(self) -> None:
        """Nobody waits any more; requests that come are answered again."""
        with self.changed:
            self.hold_from = None
            self.dropped = len(self.asked)
            self.changed.notify_all()

    def reply(self, body: dict[str, Any]) -> tuple[str, str]:
        """A request's prompt, and the reply to it, once it may be given.

        Raises:
            ConnectionAbortedError: it may not.
        """
        told = {message["role"]: message["content"] for message in body["messages"]}
        told.setdefault("system", body.get("system", ""))
        prompt = json.dumps(body["messages"])
        with self.changed:
            number = len(self.asked)
            self.asked.append(prompt)
            self.changed.notify_all()
            if self.hold_from is not None and number >= self.hold_from:
                self.changed.wait_for(lambda: self.dropped > number)
                raise ConnectionAbortedError
        return prompt, self.expert.answer(told["system"], told["user"])

    def wrote(self, prompt: str) -> None:
        """The reply to a prompt arrived, as far as can be seen from here."""
        with self.changed:
            self.answered.append(prompt)
            self.changed.notify_all()


@contextmanager
def expert_server(expert: Expert) -> Iterator[ExpertServer]:
    """The server for the length of the block."""
    told = ExpertServer(expert)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            write = {"/v1/chat/completions": _chat, "/v1/messages": _messages}[self.path]
            try:
                prompt, reply = told.reply(body)
                self._write(write(reply, len(prompt) // 4))
            except OSError:  # who asked is gone
                return
            told.wrote(prompt)

        def log_message(self, *args: Any) -> None:
            pass

        def _write(self, data: str) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data.encode())
            self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.drop()
        server.shutdown()
        thread.join()
        server.server_close()


def _chat(reply: str, tokens: int) -> str:
    """A streamed answer of the Chat Completions API."""
    used = {"prompt_tokens": tokens, "completion_tokens": len(reply) // 4}
    used["total_tokens"] = sum(used.values())
    pieces = [
        *(_chunk({"content": reply[i : i + 200]}) for i in range(0, len(reply), 200)),
        _chunk({}, "stop"),
        {"id": "e", "object": "chat.completion.chunk", "model": MODEL, "choices": [], "usage": used},
    ]
    return "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces) + "data: [DONE]\n\n"


def _messages(reply: str, tokens: int) -> str:
    """A streamed answer of the Messages API."""
    return "".join(messages(reply).pieces)


def _chunk(delta: dict[str, Any], finished: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finished}
    return {"id": "e", "object": "chat.completion.chunk", "model": MODEL, "choices": [choice]}
