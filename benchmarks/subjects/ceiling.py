"""The ceiling: the same HTTP server (uvicorn and FastAPI), a raw driver, raw atomic batches, nothing else."""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import nats
import orjson
import uvicorn
from fastapi import FastAPI, Response
from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic import BaseModel

URL = os.environ["BENCH_DATABASE"].replace("{service}", "bench")
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


database: Any = Sqlite() if URL.startswith("sqlite") else Postgresql()
wake = asyncio.Event()


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Connect and start the loops."""
    client = await nats.connect(os.environ["BENCH_NATS"])
    await database.start()
    tasks = [
        asyncio.create_task(relay(database, client, wake)),
        asyncio.create_task(follow(database, client)),
    ]
    yield
    for task in tasks:
        task.cancel()


app = FastAPI(lifespan=lifespan)


class ThingIn(BaseModel):
    """The request."""

    name: str


@app.post("/things", status_code=201)
async def make(body: ThingIn) -> Response:
    """Write the row and the event, then wake the relay."""
    thing_id = str(uuid4())
    event = orjson.dumps({"thing_id": thing_id, "name": body.name, "committed": time.time()})
    subject = f"evt.bench.things.thing-made.v1.{thing_id}"
    await database.write(
        [
            ("INSERT INTO things VALUES (?, ?, ?)", (thing_id, body.name, 1), False),
            ("INSERT INTO outbox (subject, body) VALUES (?, ?)", (subject, event), False),
        ]
    )
    wake.set()
    return Response(orjson.dumps({"id": thing_id, "name": body.name}), 201, media_type="application/json")


@app.get("/applied")
async def applied() -> dict[str, int]:
    """How many copies there are."""
    return {"applied": await database.count()}


@app.get("/latencies")
async def measured() -> list[float]:
    """Seconds from commit to copy, since the last call."""
    taken = list(latencies)
    latencies.clear()
    return taken


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["BENCH_PORT"]), log_level="warning", access_log=False)
