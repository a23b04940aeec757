"""When PostgreSQL is away: what its drivers raise then, told as one error."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.database.database import DatabaseAway

# Out of disk, memory or connections; shut down, crashed or not yet up; a standby that takes no writes.
_AWAY = ("53", "57P", "25006", "08")
_AT_CONNECT = (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, sa.exc.TimeoutError)


def is_away(error: DBAPIError) -> bool:
    """Whether the server, not the statement, is to blame."""
    return error.connection_invalidated or str(getattr(error.orig, "sqlstate", "") or "").startswith(_AWAY)


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection; raises :class:`DatabaseAway` where there is none to be had."""
    connection = engine.connect()
    try:
        await connection.start()
    except _AT_CONNECT as error:
        raise DatabaseAway(f"{type(error).__name__}: {error}") from error
    try:
        yield connection
    finally:
        await connection.close()
