"""Pages of rows by a unique column. A token is the last value of that column, encoded."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, Select

from synth_server.store.protocol import PageTokenError

_Page = tuple[Sequence[Row[Any]], str]


def ascending(connection: Connection, query: Select[Any], key: Column[Any], size: int, token: str) -> _Page:
    """The rows after ``token``, lowest first, and the token of the next page ("" after the last).

    Raises:
        PageTokenError: the token is none of ours.
    """
    if token:
        query = query.where(key > _decode(token, key))
    return _page(connection, query.order_by(key), key, size)


def descending(connection: Connection, query: Select[Any], key: Column[Any], size: int, token: str) -> _Page:
    """The rows after ``token``, highest first, and the token of the next page ("" after the last).

    Raises:
        PageTokenError: the token is none of ours.
    """
    if token:
        query = query.where(key < _decode(token, key))
    return _page(connection, query.order_by(key.desc()), key, size)


def _page(connection: Connection, query: Select[Any], key: Column[Any], size: int) -> _Page:
    rows = connection.execute(query.limit(size + 1)).all()
    if len(rows) <= size:
        return rows, ""
    last = json.dumps(rows[size - 1]._mapping[key])
    return rows[:size], base64.urlsafe_b64encode(last.encode()).decode()


def _decode(token: str, key: Column[Any]) -> Any:
    try:
        value = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError):
        value = None
    if type(value) is not key.type.python_type:
        raise PageTokenError("the page token is none that this server gave")
    return value
