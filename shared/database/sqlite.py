"""SQLite backend: one writer thread with group commit, readers with snapshots."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.database.database import DatabaseAway, DatabaseInUse, DatabaseOptions
from shared.database.group_commit import GroupedDatabase
from shared.i18n.terminal import _
from shared.identity.actor import Actor
from shared.private_files import FOLDER, close_if_there, own_file

T = TypeVar("T")
AGAIN_SECONDS = 0.2
_AWAY = ("disk is full", "readonly", "I/O error", "unable to open", "is locked")


class SqliteDatabase(GroupedDatabase):
    """One SQLite file, written by this process alone."""

    def __init__(self, url: str, setup: DatabaseOptions, *, durable: bool = True) -> None:
        super().__init__(url, setup)
        self.path = Path(url.removeprefix("sqlite:///"))
        self._lock_file: int | None = None
        self._connection: sa.Connection | None = None
        # A non-durable commit does not wait for the disk.
        waits = f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}"
        self._writer = _engine(self.path, begin="BEGIN IMMEDIATE", pragmas=(waits,))
        self._reader = _engine(self.path, begin="BEGIN", pragmas=("PRAGMA query_only = ON",))

    async def start(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER)
        self._lock_file = _lock(self.path)
        own_file(self.path)  # SQLite creates its log and index with the mode of the file
        for beside in ("-wal", "-shm"):
            close_if_there(self.path.with_name(self.path.name + beside))
        # Here, where an error is visible: two connections that enable WAL at once get "database is locked".
        self._connection = await asyncio.to_thread(self._writer.connect)
        self._open()

    async def stop(self) -> None:
        await self._close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._reader.dispose()
        self._writer.dispose()
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    def exclusive(
        self, name: str, stand_by: Callable[[], None] = lambda: None
    ) -> AbstractAsyncContextManager[None]:
        return _already_alone()

    async def scrub(self, tables: Sequence[sa.Table]) -> None:
        """Empty the write-ahead log into the file; deleted data is overwritten anyway (``secure_delete``)."""
        while not await asyncio.to_thread(self._empty_log):
            await asyncio.sleep(AGAIN_SECONDS)

    def _empty_log(self) -> bool:
        """Empty the write-ahead log; returns whether no reader or writer prevented it."""
        with self._writer.connect() as connection:
            driver: Any = connection.connection.driver_connection
            busy: int = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return not busy

    def _read(self, function: Callable[[Session], T], actor: Actor) -> T:
        with self._reading(self._reader, actor) as session:
            return function(session)

    @contextmanager
    def _transaction(self, *, is_group: bool) -> Iterator[sa.Connection]:
        assert self._connection is not None  # noqa: S101  (a writer runs, so it is open)  # nosec B101
        try:
            with self._connection.begin():
                yield self._connection
        except Exception:
            _leave_transaction(self._connection)
            raise

    def _explained(self, error: Exception) -> Exception:
        """Attribute errors of a full, broken or read-only disk to the database, not to the job."""
        if isinstance(error, OperationalError) and any(sign in str(error.orig) for sign in _AWAY):
            return DatabaseAway(str(error.orig))
        return error


def _leave_transaction(connection: sa.Connection) -> None:
    """Roll back what a failed COMMIT (for example on a full disk) has left open."""
    driver: Any = connection.connection.driver_connection
    if driver.in_transaction:
        driver.execute("ROLLBACK")


@asynccontextmanager
async def _already_alone() -> AsyncIterator[None]:
    yield


def _engine(path: Path, *, begin: str, pragmas: tuple[str, ...]) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}",
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": 10},
        hide_parameters=True,  # user input does not belong in logs
    )

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        for pragma in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA foreign_keys = ON",
            "PRAGMA busy_timeout = 10000",
            # Deleted data is overwritten with zeros; measured, it costs two percent of write time.
            "PRAGMA secure_delete = ON",
            *pragmas,
        ):
            connection.execute(pragma)

    @sa.event.listens_for(engine, "begin")
    def began(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _lock(path: Path) -> int:
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        text = _(
            "%(file)s is in use by another process: stop it first, choose another "
            "data folder (KEMITRAAN_DATA), "
            "or use PostgreSQL (DATABASE_URL), which several processes may share",
            file=path,
        )
        raise DatabaseInUse(text) from None
    return handle
