"""Brings a database to the form that this version of the server knows.

Step ``n`` of :data:`STEPS` takes version ``n`` to ``n + 1``. Steps are only ever added. A database of a later
version is refused, since an older server could not keep what it does not know.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, insert, inspect, select, update

from synth_server.store import tables
from synth_server.store.protocol import StoreUnavailableError


def _first(connection: Connection) -> None:
    tables.metadata.create_all(connection)


STEPS: Sequence[Callable[[Connection], None]] = (_first,)


def migrate(connection: Connection) -> None:
    """Runs the steps that are missing; within one transaction, all or none.

    Raises:
        StoreUnavailableError: the database was written by a later version of the server.
    """
    version = _version(connection)
    if version > len(STEPS):
        raise StoreUnavailableError(
            f"the database has version {version}, this server knows up to {len(STEPS)}; use the server that wrote it"
        )
    if version == len(STEPS):
        return
    for step in STEPS[version:]:
        step(connection)
    if version:
        connection.execute(update(tables.schema_version).values(version=len(STEPS)))
    else:
        connection.execute(insert(tables.schema_version).values(version=len(STEPS)))


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table(tables.schema_version.name):
        return 0
    return connection.execute(select(tables.schema_version.c.version)).scalar_one_or_none() or 0
