"""SQLite: one writer thread with group commit, and readers on snapshots of their own."""

from __future__ import annotations

import asyncio
import fcntl
import os
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.clock import Clock
from shared.contracts.envelope import Envelope
from shared.database import outbox
from shared.database.database import Database, DatabaseAway, DatabaseInUse, NewId, joined
from shared.database.transaction import Context, Transaction
from shared.identity.actor import SYSTEM, Actor
from shared.private_files import FOLDER, close_if_there, own_file
from shared.rows.visibility import seen_by

T = TypeVar("T")
GROUP = 64
READERS = 4
AGAIN_SECONDS = 0.2
_AWAY = ("disk is full", "readonly", "I/O error", "unable to open", "is locked")


@dataclass(slots=True)
class _Job:
    context: Context
    function: Callable[[Transaction], Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    recorded: list[Envelope] = field(default_factory=list)


class SqliteDatabase(Database):
    """One SQLite file, written by this process alone."""

    def __init__(
        self, url: str, *, clock: Clock, new_id: NewId, service: str, zone: ZoneInfo, durable: bool = True
    ) -> None:
        super().__init__(url, clock=clock, new_id=new_id, service=service, zone=zone)
        self.path = Path(url.removeprefix("sqlite:///"))
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._lock_file: int | None = None
        # A commit that is not durable does not wait for the disk.
        waits = f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}"
        self._writer = _engine(self.path, begin="BEGIN IMMEDIATE", pragmas=(waits,))
        self._reader = _engine(self.path, begin="BEGIN", pragmas=("PRAGMA query_only = ON",))

    async def start(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER)
        self._lock_file = _lock(self.path)
        own_file(self.path)  # SQLite gives its log and index the mode of the file
        for beside in ("-wal", "-shm"):
            close_if_there(self.path.with_name(self.path.name + beside))
        self._loop = asyncio.get_running_loop()
        # Here, where a failure is seen: two connections that turn on WAL at once get "database is locked".
        self._connection = await asyncio.to_thread(self._writer.connect)
        self._thread = threading.Thread(target=self._work, name=f"writer {self.path.stem}", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        if self._thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None
        self._readers.shutdown(wait=True)
        self._reader.dispose()
        self._writer.dispose()
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    async def write(self, context: Context, function: Callable[[Transaction], T]) -> T:
        if self._thread is None:
            raise RuntimeError(f"{self.path.name} is not open")
        job = _Job(context, function, self._loop.create_future())
        self._jobs.put(job)
        # A caller that gives up cancels the future alone; the writer does the work all the same.
        result: T = await job.future
        return result

    async def read(self, function: Callable[[Session], T], actor: Actor = SYSTEM) -> T:
        def run() -> T:
            with Session(self._reader, expire_on_commit=False) as session:
                seen_by(session, actor, self.visible)
                return function(session)

        return await asyncio.get_running_loop().run_in_executor(self._readers, run)

    def exclusive(
        self, name: str, stand_by: Callable[[], None] = lambda: None
    ) -> AbstractAsyncContextManager[None]:
        return _already_alone()

    async def scrub(self, tables: Sequence[sa.Table]) -> None:
        """What is deleted is overwritten anyway (``secure_delete``); the log is emptied into the file."""
        while not await asyncio.to_thread(self._empty_log):
            await asyncio.sleep(AGAIN_SECONDS)

    def _empty_log(self) -> bool:
        """Whether the write-ahead log could be emptied: no reader needs it, and nobody writes."""
        with self._writer.connect() as connection:
            driver: Any = connection.connection.driver_connection
            busy: int = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            return not busy

    def _work(self) -> None:
        with self._connection as connection:
            while (job := self._jobs.get()) is not None:
                jobs = [job]
                stopping = False
                while len(jobs) < GROUP and not self._jobs.empty():
                    following = self._jobs.get()
                    if following is None:
                        stopping = True
                        break
                    jobs.append(following)
                begun = time.perf_counter()
                self._commit(connection, jobs)
                self._commit_seconds.observe(time.perf_counter() - begun)
                self._commit_size.observe(len(jobs))
                self._loop.call_soon_threadsafe(self._settle, jobs)
                if stopping:
                    return

    def _commit(self, connection: sa.Connection, jobs: list[_Job]) -> None:
        """Run all jobs in one commit; a group that fails is halved, until what fails stands alone.

        The jobs of a group share a session, so that new rows are written together. A job that loaded
        anything leaves nothing of it behind: the next one reads what the database holds.
        """
        try:
            with connection.begin(), joined(connection) as session:
                for job in jobs:
                    job.result, job.recorded = self._attempt(session, job.context, job.function)
                    if session.identity_map:
                        session.flush()
                        session.expunge_all()
                session.flush()
                outbox.append(connection, [event for job in jobs for event in job.recorded])
        except Exception as error:
            _leave_transaction(connection)
            if len(jobs) == 1:
                jobs[0].error, jobs[0].recorded = _told(error), []
            else:
                middle = len(jobs) // 2
                self._commit(connection, jobs[:middle])
                self._commit(connection, jobs[middle:])

    def _settle(self, jobs: list[_Job]) -> None:
        self._committed(event for job in jobs for event in job.recorded)
        for job in jobs:
            if job.future.done():
                continue
            if job.error is not None:
                job.future.set_exception(job.error)
            else:
                job.future.set_result(job.result)


def _told(error: Exception) -> Exception:
    """A disk that is full, broken or read-only is to blame, not the job."""
    away = isinstance(error, OperationalError) and any(sign in str(error.orig) for sign in _AWAY)
    return DatabaseAway(str(error.orig)) if away else error  # type: ignore[attr-defined]


def _leave_transaction(connection: sa.Connection) -> None:
    """Roll back what a COMMIT that failed itself (a full disk, say) has left open."""
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
        hide_parameters=True,  # what people wrote does not belong into logs
    )

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        for pragma in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA foreign_keys = ON",
            "PRAGMA busy_timeout = 10000",
            # What is deleted is overwritten with zeros; measured, it costs two percent of the time to write.
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
        raise DatabaseInUse(
            f"{path} is in use by another process: stop it first, choose another "
            "data folder (KEMITRAAN_DATA), "
            "or use PostgreSQL (DATABASE_URL), which several processes may share"
        ) from None
    return handle
