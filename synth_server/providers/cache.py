"""Replies on disk, so that none is paid for twice; and prompts under way, so that none is asked twice at once."""

import asyncio
import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeVar

from synth_server.log import Log
from synth_server.providers.completer import Completer, Completion, Prompt

T = TypeVar("T")
FILE_NAME = "replies.db"
_FORM = 1  # of what is asked and kept; another number forgets all replies
_WAIT = 10.0  # seconds for another process to finish writing
_STALE = 3600.0  # seconds after which a use is written down again
_TABLE = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, used REAL NOT NULL, bytes INTEGER NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS replies_by_use ON replies (used, bytes);
"""


class Replies:
    """A store of replies as JSON in one SQLite file, for any number of threads and processes.

    It holds at most ``most_bytes`` of replies; the ones least recently used go first. Whatever is wrong with it
    costs a call and a line in the log, and never a synthesis.
    """

    def __init__(self, directory: Path, most_bytes: int, log: Log) -> None:
        self._path = directory / FILE_NAME
        self._most = most_bytes
        self._log = log
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def get(self, key: str) -> Completion | None:
        """The reply kept under ``key``; None when there is none that can be read. Blocks."""
        return self._guarded(lambda db: self._get(db, key), None)

    def put(self, key: str, reply: Completion) -> None:
        """Keeps a reply; when this returns it is on disk. Blocks."""
        self._guarded(lambda db: self._put(db, key, reply), None)

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _get(self, db: sqlite3.Connection, key: str) -> Completion | None:
        row = db.execute("SELECT used, digest, body FROM replies WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        used, digest, body = row
        try:
            if sha256(body.encode()).hexdigest() != digest:
                raise ValueError("its digest is another")
            reply = Completion(**json.loads(body))
        except (ValueError, TypeError, AttributeError) as error:
            self._log.warning("a cached reply is damaged and is forgotten", key=key, reason=str(error))
            with db:
                db.execute("DELETE FROM replies WHERE key = ?", (key,))
            return None
        if time.time() - used > _STALE:
            with db:
                db.execute("UPDATE replies SET used = ? WHERE key = ?", (time.time(), key))
        return reply

    def _put(self, db: sqlite3.Connection, key: str, reply: Completion) -> None:
        body = json.dumps(asdict(replace(reply, cached=False)))
        size = len(body.encode())
        if size > self._most:
            return
        with db:
            db.execute("BEGIN IMMEDIATE")
            row = (key, time.time(), size, sha256(body.encode()).hexdigest(), body)
            db.execute("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?)", row)
            (over,) = db.execute("SELECT sum(bytes) - ? FROM replies", (self._most,)).fetchone()
            for old, bytes_ in (
                db.execute("SELECT key, bytes FROM replies ORDER BY used").fetchall() if over > 0 else ()
            ):
                if over <= 0:
                    break
                db.execute("DELETE FROM replies WHERE key = ?", (old,))
                over -= bytes_

    def _guarded(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        with self._lock:
            try:
                return work(self._open())
            except sqlite3.OperationalError as error:  # locked, full, not writable
                self._log.warning("the cache of replies cannot be used", file=str(self._path), reason=str(error))
            except sqlite3.DatabaseError as error:
                self._log.warning("the cache of replies is damaged and is begun anew", reason=str(error))
                self._set_aside()
            except OSError as error:
                self._log.warning("the cache of replies cannot be used", file=str(self._path), reason=error.strerror)
            return otherwise

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            db = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
            try:
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = FULL")  # what is committed has reached the disk
                db.executescript(_TABLE)
            except sqlite3.Error:
                db.close()
                raise
            self._connection = db
        return self._connection

    def _set_aside(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        with suppress(OSError):
            self._path.replace(self._path.with_suffix(".damaged"))
            for suffix in ("-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


class Identified(Completer, Protocol):
    """A completer that tells what may answer differently under one spec, such as the address behind it."""

    identity: str


@dataclass
class _Flight:
    """A prompt under way, and how many wait for its reply."""

    task: "asyncio.Task[Completion]"
    waiting: int = 0


@dataclass
class Flights:
    """All prompts under way in this server, by key."""

    by_key: dict[str, _Flight] = field(default_factory=dict)


class CachedCompleter:
    """Answers from the cache what was asked before; a reply is on disk before anybody uses it.

    Equal prompts at the same time are asked once: whoever joins one under way gets its reply as a cached one.
    The request ends when nobody waits for it any more.
    """

    def __init__(self, inner: Identified, replies: Replies, flights: Flights) -> None:
        self.spec = inner.spec
        self._inner = inner
        self._replies = replies
        self._flights = flights.by_key

    async def complete(self, prompt: Prompt) -> Completion:
        """The reply, cached or new.

        Raises:
            CompletionError: one of its kinds; failures are not kept.
        """
        key = self._key(prompt)
        flight = self._flights.get(key)
        joined = flight is not None
        if flight is None:
            flight = self._flights[key] = _Flight(asyncio.create_task(self._answer(key, prompt)))
            flight.task.add_done_callback(lambda _: self._landed(key, flight))
        flight.waiting += 1
        try:
            reply = await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if flight.waiting == 0 and not flight.task.done():
                self._landed(key, flight)
                flight.task.cancel()
                await asyncio.wait({flight.task})
        return replace(reply, cached=True) if joined else reply

    def most_usd(self, input_tokens: int, output_tokens: int) -> float | None:
        """What so many tokens cost at most, if they are not in the cache."""
        return self._inner.most_usd(input_tokens, output_tokens)

    async def close(self) -> None:
        """Lets go of connections; the cache is the server's."""
        await self._inner.close()

    async def _answer(self, key: str, prompt: Prompt) -> Completion:
        kept = await asyncio.to_thread(self._replies.get, key)
        if kept is not None:
            return replace(kept, cached=True)
        reply = await self._inner.complete(prompt)
        await asyncio.shield(asyncio.to_thread(self._replies.put, key, reply))
        return reply

    def _landed(self, key: str, flight: _Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if flight.task.done() and not flight.task.cancelled():
            flight.task.exception()  # everybody who waits has it

    def _key(self, prompt: Prompt) -> str:
        """Everything that the reply depends on."""
        messages = [[message.role, message.text] for message in prompt.messages]
        asked = [_FORM, self.spec, self._inner.identity, messages, prompt.max_tokens, prompt.sample]
        return sha256(json.dumps(asked).encode()).hexdigest()
