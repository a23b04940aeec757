"""PostgreSQL backend: writer threads with group commit on psycopg, readers with snapshots."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, contextmanager
from threading import Condition
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared.database.advisory_lock import advisory_lock
from shared.database.availability import connected, is_unavailable
from shared.database.database import DatabaseAway, DatabaseOptions
from shared.database.group_commit import ATTEMPTS, SLOW_SECONDS, GroupedDatabase, Job
from shared.database.tables import idempotency_keys, personal_keys
from shared.identity.actor import Actor

T = TypeVar("T")
# Serialization failure, deadlock, lock timeout; and a unique violation: somebody was faster, and a retry sees
# their row.
TRANSIENT = {"40001", "40P01", "55P03", "23505"}
AGAIN_SECONDS = 1.0
CONNECT_SECONDS = 10
OUTCOME_SECONDS = 5.0
"""How long the fate of a commit is looked up whose answer was lost."""
LONG = 4
# Nobody knows what a command locks before it has run, and two may lock the same rows in different orders. So
# statements wait briefly, unless all that wait longer lock in a common order.
_LOCK_BRIEFLY = "SET lock_timeout = '100ms'"
_LOCK_PATIENTLY = "SET LOCAL lock_timeout = 0"
_OUTCOME = "SELECT pg_xact_status(CAST(%s AS xid8))"
_OLDER = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND greatest(age(backend_xmin), age(backend_xid)) >= age(CAST(CAST(:until AS text) AS xid))"
)


class PostgresqlDatabase(GroupedDatabase):
    """One PostgreSQL database, which several instances of the service may share."""

    is_shared = True
    readers = 8
    writers = 2
    most_writers = 8

    def __init__(self, url: str, setup: DatabaseOptions) -> None:
        super().__init__(url, setup)
        self._parsed = sa.make_url(url).set(drivername="postgresql+psycopg")
        if "connect_timeout" not in self._parsed.query:
            self._parsed = self._parsed.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
        self._engine = sa.create_engine(
            self._parsed,
            pool_size=self.readers + self.most_writers,
            max_overflow=LONG,
            hide_parameters=True,
            # Otherwise an INSERT with a conflict returns -1: psycopg forgets the count when its cursor is
            # closed.
            execution_options={"preserve_rowcount": True},
        )
        sa.event.listen(self._engine, "connect", _lock_briefly)
        self._turns = Turns()
        self._long = ThreadPoolExecutor(LONG, thread_name_prefix=f"long writer {setup.service}")

    async def start(self) -> None:
        await asyncio.to_thread(self._answers)
        self._open()

    async def stop(self) -> None:
        self._long.shutdown(wait=False)
        await self._close()
        await asyncio.to_thread(self._long.shutdown)
        self._engine.dispose()

    def exclusive(
        self, name: str, stand_by: Callable[[], None] = lambda: None
    ) -> AbstractAsyncContextManager[None]:
        return advisory_lock(self._parsed, name, stand_by)

    async def scrub(self, tables: Sequence[sa.Table]) -> None:
        """Rewrite the tables without dead rows, once no transaction can see them.

        The write-ahead log keeps the old pages until the server has removed it (docs/security/erasure.md).
        """
        await asyncio.to_thread(self._scrub, [*tables, idempotency_keys, personal_keys])

    def _scrub(self, tables: Sequence[sa.Table]) -> None:
        with self._engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            now = connection.scalar(sa.text("SELECT CAST(pg_current_xact_id() AS text)"))
            until = str(int(now) % 2**32)
            while connection.scalar(_OLDER, {"until": until}):
                time.sleep(AGAIN_SECONDS)
            connection.exec_driver_sql("SET lock_timeout = 0")
            for table in tables:
                connection.exec_driver_sql(f'VACUUM (FULL) "{table.name}"')

    def _answers(self) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")

    def _enter(self, job: Job, long: bool) -> None:
        """Run a command that may take long in a thread and a transaction of its own: nobody waits for it."""
        if long:
            self._long.submit(self._run, [job], grows=False)
        else:
            super()._enter(job, long)

    def _read(self, function: Callable[[Session], T], actor: Actor) -> T:
        attempt = 1
        while True:
            try:
                with connected(self._engine) as connection:
                    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                    with self._reading(connection, actor) as session:
                        return function(session)
            except DBAPIError as error:
                if attempt == ATTEMPTS or not self._is_passing(error):
                    raise self._explained(error) from error
                attempt += 1

    @contextmanager
    def _transaction(self, *, is_group: bool) -> Iterator[sa.Connection]:
        """Groups work in turn and commit concurrently: two groups of this process never wait for one another.

        A single command may wait for another instance's lock, and has no turn.
        """
        with connected(self._engine) as connection, connection.begin():
            if is_group:
                with self._turns.take():
                    yield connection
            else:
                yield connection

    @contextmanager
    def _patience(self, connection: sa.Connection) -> Iterator[None]:
        connection.exec_driver_sql(_LOCK_PATIENTLY)
        yield
        connection.exec_driver_sql(_LOCK_BRIEFLY)

    def _is_passing(self, error: Exception) -> bool:
        """Whether a retry may succeed: after a conflict of transactions, or a broken connection."""
        return isinstance(error, DBAPIError) and (
            error.connection_invalidated or getattr(error.orig, "sqlstate", None) in TRANSIENT
        )

    def _has_arrived(self, error: Exception, mark: str) -> bool:
        """Ask the server about the transaction ``mark``, if the answer to its commit was lost."""
        if not (isinstance(error, DBAPIError) and is_unavailable(error)):
            return False
        until = time.monotonic() + OUTCOME_SECONDS
        while mark and time.monotonic() < until:
            try:
                with connected(self._engine) as connection:
                    outcome = connection.exec_driver_sql(_OUTCOME, (mark,)).scalar_one_or_none()
            except (DBAPIError, DatabaseAway):
                outcome = "in progress"
            if outcome in ("committed", "aborted"):
                return bool(outcome == "committed")
            time.sleep(SLOW_SECONDS)
        raise DatabaseAway("the connection was lost while committing; nobody knows whether it was done")

    def _explained(self, error: Exception) -> Exception:
        if isinstance(error, DBAPIError) and is_unavailable(error):
            return DatabaseAway(f"{type(error.orig).__name__}: {error.orig}")
        return error


def _lock_briefly(connection: psycopg.Connection[Any], _record: object) -> None:
    """Have the statements of a new connection wait only briefly for locks."""
    connection.execute(_LOCK_BRIEFLY)
    connection.commit()


class Turns:
    """Admits one worker to a transaction at a time; a slow one is passed, and loses its turn."""

    def __init__(self) -> None:
        self._free = Condition()
        self._holder: object | None = None

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait until the previous one has finished, or has taken too long."""
        own = object()
        with self._free:
            self._free.wait_for(lambda: self._holder is None, SLOW_SECONDS)
            self._holder = own
        try:
            yield
        finally:
            with self._free:
                if self._holder is own:
                    self._holder = None
                    self._free.notify()
