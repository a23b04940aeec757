"""Availability of PostgreSQL: maps the driver's connection errors to one exception."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from shared.database.database import DatabaseAway

# Out of disk, memory or connections; shut down, crashed or starting up; a read-only standby.
_AWAY = ("53", "57P", "25006", "08")
_AT_CONNECT = (OSError, DBAPIError, psycopg.Error, sa.exc.TimeoutError)


def is_unavailable(error: DBAPIError) -> bool:
    """Whether the error comes from the server being unavailable, not from the statement."""
    return error.connection_invalidated or str(getattr(error.orig, "sqlstate", "") or "").startswith(_AWAY)


@contextmanager
def connected(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection; raises :class:`DatabaseAway` if none can be made."""
    try:
        connection = engine.connect()
    except _AT_CONNECT as error:
        raise DatabaseAway(f"{type(error).__name__}: {error}") from error
    with connection:
        yield connection
