"""Ceiling with group commit: bare drivers on both databases."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import psycopg

from benchmarks.subjects.bare import SCHEMA, URL, Work, serve

GROUP = 64
Run = Callable[[str, Any], list[Any]]


class Grouped(ABC):
    """Runs what waits in one transaction; where one fails, each is run alone."""

    writers = 1

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[tuple[Work, asyncio.Future[Any]]] = queue.SimpleQueue()

    @abstractmethod
    def connect(self) -> Any:
        """A connection of the driver."""

    @abstractmethod
    def run(self, connection: Any, sql: str, values: Any) -> list[Any]:
        """Run a statement, many times where values are a list; return its rows."""

    async def start(self) -> None:
        """Create the tables and start the writers."""
        self.loop = asyncio.get_running_loop()
        self.reader = self.connect()
        self.create(self.reader)
        for _ in range(self.writers):
            threading.Thread(target=self._work, args=(self.connect(),), daemon=True).start()

    @abstractmethod
    def create(self, connection: Any) -> None:
        """Create the tables."""

    def _work(self, connection: Any) -> None:
        while True:
            jobs = [self.jobs.get()]
            while len(jobs) < GROUP and not self.jobs.empty():
                try:
                    jobs.append(self.jobs.get_nowait())
                except queue.Empty:
                    break
            self.run(connection, "BEGIN", ())
            results = [(self._drive(connection, work), future) for work, future in jobs]
            self.run(connection, "COMMIT", ())
            self.loop.call_soon_threadsafe(self._settle, results)

    def _drive(self, connection: Any, work: Work) -> Any:
        try:
            statement = next(work)
            while True:
                statement = work.send(self.run(connection, *statement))
        except StopIteration as done:
            return done.value
        except Exception as error:
            return error

    def _settle(self, results: list[tuple[Any, asyncio.Future[Any]]]) -> None:
        for result, future in results:
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

    async def write(self, work: Work) -> Any:
        """Run work in a group."""
        future: asyncio.Future[Any] = self.loop.create_future()
        self.jobs.put((work, future))
        return await future

    async def read(self, sql: str) -> list[Any]:
        """The rows of a query."""
        return await asyncio.to_thread(self.run, self.reader, sql, ())


class Sqlite(Grouped):
    """One writer on the bare sqlite3 module."""

    def connect(self) -> sqlite3.Connection:
        """With the durability that all share."""
        connection = sqlite3.connect(
            URL.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
        )
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 30000"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def create(self, connection: sqlite3.Connection) -> None:
        """Create the tables."""
        for statement in SCHEMA:
            connection.execute(statement.format(serial="INTEGER", bytes="BLOB"))

    def run(self, connection: sqlite3.Connection, sql: str, values: Any) -> list[Any]:
        """Run a statement."""
        if isinstance(values, list):
            return connection.executemany(sql, values).fetchall()
        return connection.execute("BEGIN IMMEDIATE" if sql == "BEGIN" else sql, values).fetchall()


class Postgresql(Grouped):
    """Two writers on bare psycopg."""

    writers = 2

    def connect(self) -> psycopg.Connection[Any]:
        """Transactions are begun and committed by hand."""
        return psycopg.connect(URL, autocommit=True)

    def create(self, connection: psycopg.Connection[Any]) -> None:
        """Create the tables."""
        for statement in SCHEMA:
            connection.execute(statement.format(serial="BIGSERIAL", bytes="BYTEA").encode())

    def run(self, connection: psycopg.Connection[Any], sql: str, values: Any) -> list[Any]:
        """Run a statement."""
        cursor = connection.cursor()
        if isinstance(values, list):
            cursor.executemany(_marked(sql), values)
        else:
            cursor.execute(_marked(sql), values or None)
        return cursor.fetchall() if cursor.description else []


def _marked(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()


if __name__ == "__main__":
    serve(Sqlite() if URL.startswith("sqlite") else Postgresql())
