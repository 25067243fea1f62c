"""The digest of a world's data from what is stored."""

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import Connection, Table, select

from synth_server.store import tables


def stored_digest(connection: Connection, world: int) -> str:
    """What :func:`sandbox.data.records.data_digest` gives for the world's rows, without reading the rows."""
    lines = [*_digests(connection, tables.transitions, world), "starts", *_digests(connection, tables.starts, world)]
    return sha256("\n".join(lines).encode()).hexdigest()


def _digests(connection: Connection, table: Table, world: int) -> Iterator[str]:
    query = select(table.c.digest).where(table.c.world == world).order_by(table.c.digest)
    return (bytes(row.digest).hex() for row in connection.execute(query))
