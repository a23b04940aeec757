"""Group commit: writer threads run waiting commands one after another in one transaction."""

from __future__ import annotations

import asyncio
import queue
import random
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.contracts.envelope import Envelope
from shared.database import outbox
from shared.database.database import Database, DatabaseAway, DatabaseOptions
from shared.database.transaction import Context, Transaction
from shared.identity.actor import SYSTEM, Actor

T = TypeVar("T")
GROUP = 64
GROUP_SECONDS = 0.01
"""The age at which a group accepts no more commands, so that the first ones do not wait."""
SLOW_SECONDS = 0.05
"""How long a command waits for busy writers before another writer is started, if allowed."""
ATTEMPTS = 10
PAUSE_SECONDS = (0.02, 0.04, 0.08, 0.16)
"""A command that is tried again pauses first for up to this long; from the fourth time on up to the last."""


@dataclass(slots=True, eq=False)
class Job:
    """A command queued for a writer."""

    context: Context
    function: Callable[[Transaction], Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    recorded: list[Envelope] = field(default_factory=list)
    attempts: int = 0
    locked: dict[UUID, type] = field(default_factory=dict)

    def run(self, tx: Transaction, waiting: AbstractContextManager[None]) -> Any:
        """Do the work; a retry first locks what was locked before, in a common order, ``waiting`` for it."""
        if self.attempts:
            with waiting:
                tx.lock(self.locked)
        tx.locked = self.locked
        return self.function(tx)


class GroupedDatabase(Database):
    """A database whose writers commit waiting commands together; readers have threads of their own."""

    readers = 4
    writers = 1
    most_writers = 1

    def __init__(self, url: str, setup: DatabaseOptions) -> None:
        super().__init__(url, setup)
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._readers = ThreadPoolExecutor(self.readers, thread_name_prefix=f"reader {setup.service}")
        self._largest = GROUP
        self._last_taken = 0.0
        self._watching = False

    async def write(self, context: Context, function: Callable[[Transaction], T], *, long: bool = False) -> T:
        if not self._threads:
            raise RuntimeError(f"the database of {self.service} is not open")
        job = Job(context, function, self._loop.create_future())
        self._enter(job, long)
        # A cancelled caller cancels only the future; the writer completes the work.
        result: T = await job.future
        return result

    async def read(self, function: Callable[[Session], T], actor: Actor = SYSTEM) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, function, actor)

    @abstractmethod
    def _read(self, function: Callable[[Session], T], actor: Actor) -> T:
        """Run a query on a snapshot, in a thread."""

    @abstractmethod
    def _transaction(self, *, is_group: bool) -> AbstractContextManager[sa.Connection]:
        """A transaction that is committed at the end of its body; several commands may share it."""

    def _patience(self, connection: sa.Connection) -> AbstractContextManager[None]:
        """Meanwhile statements wait for a lock as long as it takes."""
        return nullcontext()

    def _is_passing(self, error: Exception) -> bool:
        """Whether a retry may succeed."""
        return False

    def _has_arrived(self, error: Exception, mark: str) -> bool:
        """Whether a commit without an answer took place; raises :class:`DatabaseAway` if unknown."""
        return False

    def _explained(self, error: Exception) -> Exception:
        """The error as callers get it."""
        return error

    def _open(self) -> None:
        self._loop = asyncio.get_running_loop()
        for _ in range(self.writers):
            self._start_writer()

    async def _close(self) -> None:
        """Finish accepted work."""
        if self._threads:
            self._jobs.put(None)  # each writer passes it on to the next
            for thread in self._threads:
                await asyncio.to_thread(thread.join)
            self._threads = []
        self._readers.shutdown(wait=True)

    def _enter(self, job: Job, long: bool) -> None:
        self._jobs.put(job)
        if len(self._threads) < self.most_writers and not self._watching:
            self._watching = True
            self._loop.call_later(SLOW_SECONDS, self._watch)

    def _watch(self) -> None:
        """Start another writer if commands wait and none was taken for a while."""
        self._watching = False
        if self._jobs.empty() or not self._threads:
            return
        if time.perf_counter() - self._last_taken >= SLOW_SECONDS:
            self._start_writer()
        if len(self._threads) < self.most_writers:
            self._watching = True
            self._loop.call_later(SLOW_SECONDS, self._watch)

    def _start_writer(self) -> None:
        name = f"writer {self.service} {len(self._threads) + 1}"
        thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._last_taken = time.perf_counter()
            self._run([job], grows=True)
        self._jobs.put(None)

    def _take(self) -> Job | None:
        """A waiting command, for the group that is running."""
        try:
            job = self._jobs.get_nowait()
        except queue.Empty:
            return None
        if job is None:
            self._jobs.put(None)  # wakes the loop to stop
        else:
            self._last_taken = time.perf_counter()
        return job

    def _run(self, jobs: list[Job], *, grows: bool) -> None:
        """Commit jobs and notify their callers."""
        begun = time.perf_counter()
        self._commit(jobs, grows=grows)
        self._commit_seconds.observe(time.perf_counter() - begun)
        self._commit_size.observe(len(jobs))
        self._loop.call_soon_threadsafe(self._settle, jobs)

    def _commit(self, jobs: list[Job], *, grows: bool = False) -> None:
        """Run all jobs in one commit; if it ``grows``, waiting commands join while it runs.

        The jobs share a session, so that new rows are written together. Objects that a job loaded are
        expired: the next one reads from the database.
        """
        mark: str | None = None  # once set, the commit is in progress
        at, until = 0, time.perf_counter() + GROUP_SECONDS
        try:
            with self._transaction(is_group=grows or len(jobs) > 1) as connection:
                with self._joined(connection) as session:
                    for at, job in enumerate(jobs):
                        # Who holds locks does not wait long for others'.
                        waiting = nullcontext() if at else self._patience(connection)
                        run = partial(job.run, waiting=waiting)
                        job.result, job.recorded = self._attempt(session, job.context, run)
                        if session.identity_map:
                            session.flush()
                            session.expunge_all()
                        is_last = grows and at + 1 == len(jobs) < self._largest
                        if is_last and time.perf_counter() < until and (following := self._take()):
                            jobs.append(following)
                    at = len(jobs)
                    session.flush()
                mark = outbox.append(connection, [event for job in jobs for event in job.recorded])
        except Exception as error:
            self._failed(jobs, at, error, mark)
        else:
            self._largest = min(GROUP, self._largest + 1)

    def _failed(self, jobs: Sequence[Job], at: int, error: Exception, mark: str | None) -> None:
        """Retry a failed group in parts: the commands before the failed one, that one, and the rest.

        If no command is to blame, because the commit itself failed, the group is halved. Commands that
        conflict form smaller groups for a while.
        """
        try:
            if mark is not None and self._has_arrived(error, mark):
                return
        except DatabaseAway as away:
            error = away
        passing = self._is_passing(error)
        if isinstance(error, DatabaseAway) or (len(jobs) == 1 and not self._is_tried_again(jobs[0], passing)):
            for job in jobs:
                job.error, job.recorded = self._explained(error), []
            return
        if passing:
            self._largest = max(1, self._largest // 2)
            # Random, so that two instances that blocked each other do not meet again.
            most = PAUSE_SECONDS[min(max(job.attempts for job in jobs), len(PAUSE_SECONDS) - 1)]
            time.sleep(random.uniform(0, most))  # noqa: S311  # nosec B311
        cut = at if at < len(jobs) else len(jobs) // 2
        after = cut + 1 if at < len(jobs) else cut
        parts = (jobs[:cut], jobs[cut:after], jobs[after:])
        for part in parts:
            if part:
                self._commit(list(part))

    def _is_tried_again(self, job: Job, passing: bool) -> bool:
        job.attempts += 1
        return passing and job.attempts < ATTEMPTS

    def _settle(self, jobs: Sequence[Job]) -> None:
        self._committed(event for job in jobs for event in job.recorded)
        for job in jobs:
            if job.future.done():
                continue
            if job.error is not None:
                job.future.set_exception(job.error)
            else:
                job.future.set_result(job.result)
