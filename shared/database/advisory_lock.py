"""A lock that one instance of a service holds at a time, and that is given up when its connection ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.database.availability import connected
from shared.database.database import LockLost
from shared.tasks import AGAIN_AFTER, end

POLL = 1.0
ANSWER_SECONDS = 5.0
"""A connection that is silent for so long is taken for lost; the server itself would wait far longer."""


@asynccontextmanager
async def advisory_lock(engine: AsyncEngine, name: str, stand_by: Callable[[], None]) -> AsyncIterator[None]:
    """Hold PostgreSQL's advisory lock of that name, in a session of its own.

    The server frees it when the session ends, whatever the reason; what is done under the lock is cancelled
    at that moment, and :class:`LockLost` is raised.
    """
    key = sa.func.hashtextextended(name, 0)
    async with connected(engine) as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        waiting = False
        while not await connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
            if not waiting:
                waiting = True
                stand_by()
            await asyncio.sleep(POLL)
        try:
            async with _while_connected(connection, name):
                yield
        finally:
            # Closing the session releases its locks, whatever state it is in.
            await asyncio.shield(connection.invalidate())


@asynccontextmanager
async def _while_connected(connection: AsyncConnection, name: str) -> AsyncIterator[None]:
    """Cancel the body when the connection ends.

    As ``asyncio.timeout`` does, but again and again: a library may lose one cancellation (``tasks.end``).
    """
    body = asyncio.current_task()
    assert body is not None  # noqa: S101  # nosec B101  (a coroutine runs in a task)
    before, sent, ended = body.cancelling(), 0, asyncio.Event()

    async def watch() -> None:
        nonlocal sent
        await _until_gone(connection, ended)
        while True:
            sent += 1
            body.cancel()
            await asyncio.sleep(AGAIN_AFTER)

    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None  # noqa: S101  # nosec B101  (it has just answered)
    driver.add_termination_listener(lambda _connection: ended.set())
    watching = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        await end([watching])
        for _ in range(sent):
            body.uncancel()
        if sent and body.cancelling() <= before:
            raise LockLost(f"the connection that held the lock {name} ended") from None
        raise
    finally:
        await end([watching])


async def _until_gone(connection: AsyncConnection, ended: asyncio.Event) -> None:
    """Return when the server has ended the session, or no longer answers on it."""
    while not ended.is_set():
        try:
            async with asyncio.timeout(POLL):
                await ended.wait()
        except TimeoutError:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await connection.scalar(sa.text("SELECT 1"))
            except Exception:
                return
