import asyncio
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from synth_server.domain import Message
from synth_server.providers.cache import FILE_NAME, CachedCompleter, Flights, Replies
from synth_server.providers.completer import Completion, OverloadedError, Prompt
from tests.providers.support import LOG

PROMPT = Prompt((Message("user", "Write one."),), 100)
REPLY = Completion("text", 10, 5, 0.25, "m-1", 1.5)


class Asked:
    """A completer that counts, and answers when it is let to."""

    def __init__(self, spec: str = "openai:m", identity: str = "m at https://a", free: bool = True) -> None:
        self.spec = spec
        self.identity = identity
        self.calls = 0
        self.cancelled = 0
        self.error: Exception | None = None
        self.go = asyncio.Event()
        if free:
            self.go.set()

    async def complete(self, prompt: Prompt) -> Completion:
        self.calls += 1
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error:
            raise self.error
        return replace(REPLY, text=f"reply {self.calls}")

    def most_usd(self, input_tokens: int, output_tokens: int) -> float | None:
        return None

    async def close(self) -> None:
        return


def kept(folder: Path, most: int = 1_000_000) -> Replies:
    return Replies(folder, most, LOG)


async def test_a_reply_is_asked_for_once_and_then_cached_for_later_servers_too(tmp_path: Path) -> None:
    api = Asked()
    first = await CachedCompleter(api, kept(tmp_path), Flights()).complete(PROMPT)
    again = await CachedCompleter(api, kept(tmp_path), Flights()).complete(PROMPT)
    assert (first.cached, again.cached, api.calls) == (False, True, 1)
    assert again == replace(first, cached=True)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("prompt", "api"),
    [
        (replace(PROMPT, sample=1), Asked()),
        (replace(PROMPT, max_tokens=101), Asked()),
        (replace(PROMPT, messages=(Message("system", "Write one."),)), Asked()),
        (replace(PROMPT, messages=(Message("user", "Write two."),)), Asked()),
        (PROMPT, Asked(spec="openai:n")),
        (PROMPT, Asked(identity="m at https://b")),
    ],
)
async def test_whatever_changes_the_reply_is_asked_for_anew(tmp_path: Path, prompt: Prompt, api: Asked) -> None:
    replies, api.go = kept(tmp_path), asyncio.Event()
    api.go.set()
    await CachedCompleter(Asked(), replies, Flights()).complete(PROMPT)
    assert not (await CachedCompleter(api, replies, Flights()).complete(prompt)).cached


async def test_equal_prompts_under_way_are_asked_once(tmp_path: Path) -> None:
    api, flights = Asked(free=False), Flights()
    completers = [CachedCompleter(api, kept(tmp_path), flights) for _ in range(3)]
    tasks = [asyncio.create_task(completer.complete(PROMPT)) for completer in completers]
    await asyncio.sleep(0.1)
    api.go.set()
    replies = await asyncio.gather(*tasks)
    assert api.calls == 1
    assert [reply.cached for reply in replies] == [False, True, True]
    assert not flights.by_key


async def test_a_request_ends_when_the_last_who_waits_gives_up(tmp_path: Path) -> None:
    api, flights = Asked(free=False), Flights()
    completer = CachedCompleter(api, kept(tmp_path), flights)
    first, second = (asyncio.create_task(completer.complete(PROMPT)) for _ in range(2))
    await asyncio.sleep(0.1)
    first.cancel()
    await asyncio.sleep(0.05)
    assert api.cancelled == 0
    second.cancel()
    await asyncio.wait({first, second})
    assert (api.calls, api.cancelled, flights.by_key) == (1, 1, {})


async def test_failures_are_not_kept(tmp_path: Path) -> None:
    api = Asked()
    api.error = OverloadedError("busy")
    completer = CachedCompleter(api, kept(tmp_path), Flights())
    with pytest.raises(OverloadedError):
        await completer.complete(PROMPT)
    api.error = None
    assert (await completer.complete(PROMPT)).text == "reply 2"


def test_the_oldest_go_when_there_is_no_room(tmp_path: Path) -> None:
    replies = kept(tmp_path, 1000)
    for number in range(12):
        replies.put(str(number), replace(REPLY, text="x" * 100))
    there = [number for number in range(12) if replies.get(str(number))]
    assert 2 <= len(there) <= 5
    assert there == list(range(12))[-len(there) :]
    replies.put("huge", replace(REPLY, text="x" * 2000))
    assert replies.get("huge") is None
    assert replies.get("11") is not None


@pytest.mark.parametrize("body", ["{", '{"text": 1}', "[]", '{"text": "other"}'])
def test_a_damaged_entry_is_forgotten(tmp_path: Path, body: str, capsys: pytest.CaptureFixture[str]) -> None:
    replies = kept(tmp_path)
    replies.put("a", REPLY)
    replies.put("b", REPLY)
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.execute("UPDATE replies SET body = ? WHERE key = 'a'", (body,))
    db.close()
    assert replies.get("a") is None
    assert "damaged" in capsys.readouterr().err
    assert replies.get("b") == REPLY


def test_a_damaged_file_is_set_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 1000)
    replies = kept(tmp_path)
    assert replies.get("a") is None
    assert "damaged" in capsys.readouterr().err
    replies.put("a", REPLY)
    assert kept(tmp_path).get("a") == REPLY


def test_a_cache_that_cannot_be_written_costs_a_line_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replies = kept(tmp_path / "none")
    replies.put("a", REPLY)
    assert replies.get("a") is None
    assert "cannot be used" in capsys.readouterr().err


def test_several_processes_write_at_once_and_a_kill_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from synth_server.providers.cache import Replies\n"
        "from synth_server.providers.completer import Completion\n"
        "from synth_server.log import make_log\n"
        "replies = Replies(Path(sys.argv[1]), 10**6, make_log('json'))\n"
        "for n in range(20): replies.put(f'{sys.argv[2]}-{n}', Completion('t', 1, 1, None, 'm'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path), name], stderr=subprocess.PIPE) for name in "ab"
    ]
    for process in running:
        _, err = process.communicate(timeout=60)
        assert not err
    replies = kept(tmp_path)
    assert all(replies.get(f"{name}-{number}") for name in "ab" for number in range(20))
