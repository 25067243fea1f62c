"""The connection to the database: how transactions begin, what is durable, and how failures are named."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, ProgrammingError

from synth_server.store.protocol import StoreBusyError, StoreFullError, StoreUnavailableError

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_PAGE = 4096  # bytes, SQLite's own default
_DISK_FULL = "53100"  # PostgreSQL: disk_full


def open_engine(url: str, max_bytes: int, busy_seconds: float, connections: int) -> Engine:
    """An engine for ``url`` with so many connections.

    ``max_bytes`` and ``busy_seconds`` are for SQLite files, see :func:`synth_server.store.sql.open_store`.

    Raises:
        StoreUnavailableError: the URL names no database that can be used.
    """
    try:
        parsed = make_url(url)
        # A transaction is over when its connection goes back, so there is nothing to roll back then.
        engine = create_engine(parsed, pool_size=connections, max_overflow=0, pool_reset_on_return=None)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreUnavailableError(f"the database URL cannot be used: {error}") from None
    if engine.dialect.is_async:
        driver, backend = parsed.get_driver_name(), parsed.get_backend_name()
        raise StoreUnavailableError(f"the database URL names {driver}, an asyncio driver; take another of {backend}'s")
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            with named_failures():
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _prepare_sqlite(engine, max_bytes // _PAGE, busy_seconds)
    return engine


def _prepare_sqlite(engine: Engine, max_pages: int, busy_seconds: float) -> None:
    """Makes SQLite keep what it acknowledged, check references, and begin transactions when told to."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin transactions late, and not for reads
        cursor = connection.cursor()
        pragmas = [
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={busy_seconds * 1000:.0f}",
        ]
        if max_pages:
            pragmas.append(f"max_page_count={max_pages}")
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes then could fail half-way when another one wrote meanwhile.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """A transaction, committed at the end of the block and rolled back by an exception.

    Raises:
        StoreFullError: there is no room left.
        StoreBusyError: somebody else held the database for too long.
        StoreUnavailableError: the database cannot be reached, read or written.
    """
    with named_failures(), engine.connect().execution_options(writes=writes) as connection, connection.begin():
        yield connection


@contextmanager
def named_failures() -> Iterator[None]:
    """Gives failures of the database the store's names."""
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise  # a fault of ours, not of the database
    except DBAPIError as error:
        raise _named(error.orig) from error
    except sqlite3.Error as error:  # from a pragma, before SQLAlchemy looks
        raise _named(error) from error
    except OSError as error:
        raise StoreUnavailableError(f"the database cannot be reached: {error.strerror or error}") from error


def _named(cause: BaseException | None) -> StoreFullError | StoreBusyError | StoreUnavailableError:
    code = getattr(cause, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", None) == _DISK_FULL:
        return StoreFullError("the database's disk is full; nothing was stored; make room and try again")
    if code is not None and code & 0xFF in _BUSY:
        return StoreBusyError("the database is locked by another process; nothing was stored; try again")
    return StoreUnavailableError(f"the database cannot be used: {cause}")
