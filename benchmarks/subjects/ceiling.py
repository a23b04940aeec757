"""The ceiling: the same HTTP server, a raw driver, raw atomic batches and no framework at all."""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import threading
import time
from typing import Any
from uuid import uuid4

import asyncpg
import nats
import orjson
import uvicorn
from nats.aio.client import Client
from nats.aio.msg import Msg

URL = os.environ["BENCH_DATABASE"]
SCHEMA = (
    "CREATE TABLE things (id TEXT PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL)",
    """CREATE TABLE outbox (sequence {serial} PRIMARY KEY, subject TEXT NOT NULL, body {bytes} NOT NULL,
    published_at DOUBLE PRECISION)""",
    "CREATE TABLE copies (thing_id TEXT PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE TABLE cursor (sequence BIGINT NOT NULL)",
    "INSERT INTO cursor VALUES (0)",
)
WAITING = "SELECT sequence, subject, body FROM outbox WHERE published_at IS NULL ORDER BY sequence LIMIT 256"
latencies: list[float] = []
Row = tuple[int, str, bytes]


class Sqlite:
    """One writer thread with group commit on the bare sqlite3 module."""

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.connection = self._connect()
        self.reader = self._connect()
        for statement in SCHEMA:
            self.connection.execute(statement.format(serial="INTEGER", bytes="BLOB"))

    def _connect(self) -> sqlite3.Connection:
        path = URL.removeprefix("sqlite:///")
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 30000"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    async def start(self) -> None:
        """Start the writer."""
        self.loop = asyncio.get_running_loop()
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            jobs = [self.jobs.get()]
            while len(jobs) < 64 and not self.jobs.empty():
                jobs.append(self.jobs.get())
            self.connection.execute("BEGIN IMMEDIATE")
            for statements, _future in jobs:
                for sql, parameters, many in statements:
                    (self.connection.executemany if many else self.connection.execute)(sql, parameters)
            self.connection.execute("COMMIT")
            self.loop.call_soon_threadsafe(lambda done=jobs: [future.set_result(None) for _, future in done])  # type: ignore[misc]

    async def write(self, statements: list[tuple[str, Any, bool]]) -> None:
        """Run statements in one transaction."""
        future: asyncio.Future[None] = self.loop.create_future()
        self.jobs.put((statements, future))
        await future

    async def unpublished(self) -> list[Row]:
        """The oldest waiting events."""
        return await asyncio.to_thread(lambda: self.reader.execute(WAITING).fetchall())

    async def count(self) -> int:
        """How many copies there are."""
        return await asyncio.to_thread(
            lambda: int(self.reader.execute("SELECT count(*) FROM copies").fetchone()[0])
        )


class Postgresql:
    """A bare asyncpg pool."""

    async def start(self) -> None:
        """Connect and create the tables."""
        self.pool = await asyncpg.create_pool(URL, min_size=10, max_size=10)
        async with self.pool.acquire() as connection:
            for statement in SCHEMA:
                await connection.execute(statement.format(serial="BIGSERIAL", bytes="BYTEA"))

    async def write(self, statements: list[tuple[str, Any, bool]]) -> None:
        """Run statements in one transaction."""
        async with self.pool.acquire() as connection, connection.transaction():
            for sql, parameters, many in statements:
                numbered = "".join(
                    part + (f"${number}" if number <= sql.count("?") else "")
                    for number, part in enumerate(sql.split("?"), 1)
                )
                if many:
                    await connection.executemany(numbered, parameters)
                else:
                    await connection.execute(numbered, *parameters)

    async def unpublished(self) -> list[Row]:
        """The oldest waiting events."""
        async with self.pool.acquire() as connection:
            return [tuple(row) for row in await connection.fetch(WAITING)]

    async def count(self) -> int:
        """How many copies there are."""
        async with self.pool.acquire() as connection:
            return int(await connection.fetchval("SELECT count(*) FROM copies"))


async def relay(database: Any, client: Client, wake: asyncio.Event) -> None:
    """Publish atomic batches in order."""
    while True:
        wake.clear()
        while rows := await database.unpublished():
            if len(rows) == 1:
                await client.request(rows[0][1], rows[0][2], timeout=5)
            else:
                batch = str(uuid4())
                for position, (_, subject, body) in enumerate(rows[:-1], 1):
                    headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(position)}
                    await client.publish(subject, body, headers=headers)
                headers = {
                    "Nats-Batch-Id": batch,
                    "Nats-Batch-Sequence": str(len(rows)),
                    "Nats-Batch-Commit": "1",
                }
                await client.request(rows[-1][1], rows[-1][2], timeout=5, headers=headers)
            now = time.time()
            marks = [(now, row[0]) for row in rows]
            await database.write([("UPDATE outbox SET published_at = ? WHERE sequence = ?", marks, True)])
        await wake.wait()


async def follow(database: Any, client: Client) -> None:
    """Apply the stream in batches, rows and cursor together."""
    inbox = client.new_inbox()
    arrived: asyncio.Queue[Msg] = asyncio.Queue()
    await client.subscribe(inbox, cb=arrived.put)
    config = {"deliver_policy": "all", "ack_policy": "none", "mem_storage": True, "num_replicas": 1}
    body = orjson.dumps({"stream_name": "EVENTS", "config": config})
    name = orjson.loads((await client.request("$JS.API.CONSUMER.CREATE.EVENTS", body)).data)["name"]
    credit = 0
    while True:
        if credit <= 0:
            credit = 256
            ask = orjson.dumps({"batch": 256, "expires": 30_000_000_000})
            await client.publish(f"$JS.API.CONSUMER.MSG.NEXT.EVENTS.{name}", ask, reply=inbox)
        messages = [await arrived.get()]
        while not arrived.empty():
            messages.append(arrived.get_nowait())
        events = [message for message in messages if message.reply]
        credit = 0 if len(events) < len(messages) else credit - len(events)
        if not events:
            continue
        facts = [orjson.loads(message.data) for message in events]
        rows = [(fact["thing_id"], fact["name"]) for fact in facts]
        sequence = events[-1].metadata.sequence.stream
        await database.write(
            [
                ("INSERT INTO copies VALUES (?, ?)", rows, True),
                ("UPDATE cursor SET sequence = ?", (sequence,), False),
            ]
        )
        now = time.time()
        latencies.extend(now - fact["committed"] for fact in facts)


class App:
    """A bare ASGI application."""

    def __init__(self) -> None:
        self.database: Any = Sqlite() if URL.startswith("sqlite") else Postgresql()
        self.wake = asyncio.Event()

    async def start(self) -> None:
        """Connect and start the loops."""
        self.client = await nats.connect(os.environ["BENCH_NATS"])
        await self.database.start()
        self.tasks = [
            asyncio.create_task(relay(self.database, self.client, self.wake)),
            asyncio.create_task(follow(self.database, self.client)),
        ]

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await receive()
            await self.start()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        if scope["method"] == "POST":
            status, body = 201, await self.make((await receive())["body"])
        elif scope["path"] == "/applied":
            status, body = 200, orjson.dumps({"applied": await self.database.count()})
        else:
            status, body = 200, orjson.dumps(latencies)
            latencies.clear()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def make(self, request: bytes) -> bytes:
        """Write the row and the event, then wake the relay."""
        name = orjson.loads(request)["name"]
        thing_id = str(uuid4())
        event = orjson.dumps({"thing_id": thing_id, "name": name, "committed": time.time()})
        subject = f"evt.bench.things.thing-made.v1.{thing_id}"
        await self.database.write(
            [
                ("INSERT INTO things VALUES (?, ?, ?)", (thing_id, name, 1), False),
                ("INSERT INTO outbox (subject, body) VALUES (?, ?)", (subject, event), False),
            ]
        )
        self.wake.set()
        return orjson.dumps({"id": thing_id, "name": name})


if __name__ == "__main__":
    uvicorn.run(App(), port=int(os.environ["BENCH_PORT"]), log_level="warning", access_log=False)
