"""Advisory lock: held by one instance of a service, released when its connection ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import AsyncConnection
from sqlalchemy import URL

from shared.database.database import DatabaseAway, LockLost
from shared.tasks import AGAIN_AFTER, cancel_all

POLL = 1.0
ANSWER_SECONDS = 5.0
"""The time after which a silent connection counts as lost; the server itself would wait far longer."""


_TAKE = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
Connection = AsyncConnection[Any]


@asynccontextmanager
async def advisory_lock(url: URL, name: str, stand_by: Callable[[], None]) -> AsyncIterator[None]:
    """Hold a PostgreSQL advisory lock in a session of its own.

    The server releases it when the session ends, for whatever reason; the work under the lock is cancelled
    at that moment, and :class:`LockLost` is raised.
    """
    try:
        connection = await AsyncConnection.connect(conninfo(url), autocommit=True)
        async with connection:  # closing the session releases its locks in any case
            await _take(connection, name, stand_by)
            async with _while_connected(connection, name):
                yield
    except psycopg.OperationalError as error:
        raise DatabaseAway(f"{type(error).__name__}: {error}") from error


def conninfo(url: URL) -> str:
    """The URL as libpq reads it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


async def _take(connection: Connection, name: str, stand_by: Callable[[], None]) -> None:
    waiting = False
    while True:
        row = await (await connection.execute(_TAKE, (name,))).fetchone()
        if row is not None and row[0]:
            return
        if not waiting:
            waiting = True
            stand_by()
        await asyncio.sleep(POLL)


@asynccontextmanager
async def _while_connected(connection: Connection, name: str) -> AsyncIterator[None]:
    """Cancel the body when the connection ends.

    Like ``asyncio.timeout``, but repeatedly: a library may swallow one cancellation (``tasks.end``).
    """
    body = asyncio.current_task()
    assert body is not None  # noqa: S101  (a coroutine runs in a task)  # nosec B101
    before, sent = body.cancelling(), 0

    async def watch() -> None:
        nonlocal sent
        await _until_gone(connection)
        while True:
            sent += 1
            body.cancel()
            await asyncio.sleep(AGAIN_AFTER)

    watching = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        await cancel_all([watching])
        for _ in range(sent):
            body.uncancel()
        if sent and body.cancelling() <= before:
            raise LockLost(f"the connection that held the lock {name} ended") from None
        raise
    finally:
        await cancel_all([watching])


async def _until_gone(connection: Connection) -> None:
    """Return when the server has ended the session, or no longer answers on it."""
    while True:
        try:
            async for _ in connection.notifies(
                timeout=POLL
            ):  # nothing arrives; it fails when the session ends
                pass
            async with asyncio.timeout(ANSWER_SECONDS):
                await connection.execute("SELECT 1")
        except Exception:
            return
