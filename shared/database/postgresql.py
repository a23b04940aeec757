"""PostgreSQL: the same synchronous use cases, run through asyncpg."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from shared.clock import Clock
from shared.contracts.envelope import Envelope
from shared.database import outbox
from shared.database.advisory_lock import advisory_lock
from shared.database.availability import connected, is_away
from shared.database.database import Database, DatabaseAway, NewId, joined
from shared.database.tables import idempotency_keys, personal_keys
from shared.database.transaction import Context, Transaction
from shared.identity.actor import SYSTEM, Actor
from shared.rows.visibility import seen_by

T = TypeVar("T")
# Serialization failure, deadlock; and a unique violation: somebody was faster, and the next try sees it.
TRANSIENT = {"40001", "40P01", "23505"}
ATTEMPTS = 4
AGAIN_SECONDS = 1.0
_OLDER = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND greatest(age(backend_xmin), age(backend_xid)) >= age(CAST(CAST(:until AS text) AS xid))"
)


class PostgresqlDatabase(Database):
    """One PostgreSQL database, which several instances of the service may share."""

    is_shared = True

    def __init__(self, url: str, *, clock: Clock, new_id: NewId, service: str, zone: ZoneInfo) -> None:
        super().__init__(url, clock=clock, new_id=new_id, service=service, zone=zone)
        parsed = sa.make_url(url).set(drivername="postgresql+asyncpg")
        self._engine = create_async_engine(parsed, pool_size=10, max_overflow=10, hide_parameters=True)

    async def start(self) -> None:
        async with self._engine.connect() as connection:
            await connection.execute(sa.text("SELECT 1"))

    async def stop(self) -> None:
        await self._engine.dispose()

    async def write(self, context: Context, function: Callable[[Transaction], T]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            done, begun = False, time.perf_counter()
            try:
                async with connected(self._engine) as connection, connection.begin():
                    result, recorded = await connection.run_sync(self._run, context, function)
                    done = True
                break
            except DBAPIError as error:
                # Once the commit was on its way, nobody knows whether it arrived: then it is not done again.
                if done or attempt == ATTEMPTS or not _may_pass(error):
                    raise _told(error) from error
        self._commit_seconds.observe(time.perf_counter() - begun)
        self._commit_size.observe(1)
        self._committed(recorded)
        return result

    def _run(
        self, connection: sa.Connection, context: Context, function: Callable[[Transaction], T]
    ) -> tuple[T, list[Envelope]]:
        with joined(connection) as session:
            result, recorded = self._attempt(session, context, function)
            session.flush()
        outbox.append(connection, recorded)
        return result, recorded

    async def read(self, function: Callable[[Session], T], actor: Actor = SYSTEM) -> T:
        def run(connection: sa.Connection) -> T:
            with Session(bind=connection, expire_on_commit=False) as session:
                seen_by(session, actor, self.visible)
                return function(session)

        attempt = 1
        while True:
            try:
                async with connected(self._engine) as connection:
                    await connection.execution_options(
                        isolation_level="REPEATABLE READ", postgresql_readonly=True
                    )
                    return await connection.run_sync(run)
            except DBAPIError as error:
                if attempt == ATTEMPTS or not _may_pass(error):
                    raise _told(error) from error
                attempt += 1

    def exclusive(
        self, name: str, stand_by: Callable[[], None] = lambda: None
    ) -> AbstractAsyncContextManager[None]:
        return advisory_lock(self._engine, name, stand_by)

    async def scrub(self, tables: Sequence[sa.Table]) -> None:
        """Write the tables anew without what is dead, once nobody can see it any longer.

        The write-ahead log keeps the old pages until the server has removed it (docs/security/erasure.md).
        """
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            now = await connection.scalar(sa.text("SELECT CAST(pg_current_xact_id() AS text)"))
            until = str(int(now) % 2**32)
            while await connection.scalar(_OLDER, {"until": until}):
                await asyncio.sleep(AGAIN_SECONDS)
            for table in (*tables, idempotency_keys, personal_keys):
                await connection.exec_driver_sql(f'VACUUM (FULL) "{table.name}"')


def _may_pass(error: DBAPIError) -> bool:
    """Whether another try may succeed: a conflict of transactions, or a pooled connection that had died."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in TRANSIENT


def _told(error: DBAPIError) -> Exception:
    return DatabaseAway(f"{type(error.orig).__name__}: {error.orig}") if is_away(error) else error
