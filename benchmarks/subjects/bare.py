"""HTTP server and statements that both ceilings share."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, Protocol
from uuid import UUID, uuid4

import nats
import orjson
import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic import BaseModel

from benchmarks.subjects.bearer import Claims, claims_of
from benchmarks.workload import AGENCY, ORGANISATION, PARTNERSHIP, PERSON, PROGRAM

URL = os.environ["BENCH_DATABASE"].replace("{service}", "bench")
SCHEMA = (
    """CREATE TABLE things (id TEXT PRIMARY KEY, agency TEXT NOT NULL, name TEXT NOT NULL,
    version INTEGER NOT NULL)""",
    """CREATE TABLE ledger (sequence {serial} PRIMARY KEY, subject TEXT NOT NULL, body {bytes} NOT NULL,
    published_at DOUBLE PRECISION)""",
    "CREATE TABLE copies (thing_id TEXT PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE TABLE place (sequence BIGINT NOT NULL)",
    "INSERT INTO place VALUES (0)",
    "CREATE TABLE programs (id TEXT PRIMARY KEY, agency TEXT, partnership_id TEXT, state TEXT)",
    f"INSERT INTO programs VALUES ('{PROGRAM}', '{AGENCY}', '{PARTNERSHIP}', 'running')",
    """CREATE TABLE parties (partnership_id TEXT, organisation_id TEXT, role TEXT,
    PRIMARY KEY (partnership_id, organisation_id))""",
    f"INSERT INTO parties VALUES ('{PARTNERSHIP}', '{ORGANISATION}', 'lead')",
    "CREATE TABLE people (member TEXT, organisation_id TEXT, PRIMARY KEY (member, organisation_id))",
    f"INSERT INTO people VALUES ('{PERSON}', '{ORGANISATION}')",
    """CREATE TABLE contributions (id TEXT PRIMARY KEY, program_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL, kind TEXT NOT NULL, amount DOUBLE PRECISION NOT NULL,
    unit TEXT NOT NULL, value BIGINT NOT NULL, day TEXT NOT NULL, note TEXT NOT NULL,
    stated_by TEXT NOT NULL)""",
    "CREATE INDEX contributions_of ON contributions (program_id)",
    """CREATE TABLE keys (person TEXT, key TEXT, body {bytes} NOT NULL, PRIMARY KEY (person, key))""",
)
WAITING = "SELECT sequence, subject, body FROM ledger WHERE published_at IS NULL ORDER BY sequence LIMIT 256"
latencies: list[float] = []
Row = tuple[int, str, bytes]
Statement = tuple[str, Any]
Work = Generator[Statement, list[Any], Any]
"""Yields statements with their values (a list of them for many), is sent the rows, returns its result."""


class Database(Protocol):
    """What runs :data:`Work` in a transaction."""

    async def start(self) -> None:
        """Connect and create the tables."""

    async def write(self, work: Work) -> Any:
        """Run it and return its result after the commit."""

    async def read(self, sql: str) -> list[Any]:
        """The rows of a query."""


def publish(name: str, thing_id: str, facts: dict[str, Any]) -> Statement:
    """The statement that writes an event."""
    body = orjson.dumps(facts | {"committed": time.time()})
    subject = f"evt.bench.{name}.v1.{thing_id}"
    return "INSERT INTO ledger (subject, body) VALUES (?, ?)", (subject, body)


def make_thing(claims: Claims, thing: ThingIn) -> Work:
    """One row, one event."""
    thing_id = str(uuid4())
    yield "INSERT INTO things VALUES (?, ?, ?, ?)", (thing_id, claims.agency, thing.name, 1)
    yield publish("things.thing-made", thing_id, {"thing_id": thing_id, "name": thing.name})
    return orjson.dumps({"id": thing_id, "name": thing.name})


def record_contribution(claims: Claims, key: str, given: ContributionIn) -> Work:
    """Whoever acts for a party of the programme's partnership, still belonging to it, says what it gave."""
    kept = yield "SELECT body FROM keys WHERE person = ? AND key = ?", (claims.person, key)
    if kept:
        return bytes(kept[0][0])
    program = yield "SELECT partnership_id, state FROM programs WHERE id = ?", (str(given.program_id),)
    if not program or program[0][1] != "running":
        raise HTTPException(404)
    of_party = (program[0][0], claims.organisation)
    role = yield "SELECT role FROM parties WHERE partnership_id = ? AND organisation_id = ?", of_party
    if not role or role[0][0] == "observer":
        raise HTTPException(403)
    member = (claims.person, claims.organisation)
    if not (yield "SELECT 1 FROM people WHERE member = ? AND organisation_id = ?", member):
        raise HTTPException(403)
    own_id, facts = str(uuid4()), given.model_dump(mode="json")
    values = (*(facts[name] for name in ("kind", "amount", "unit", "value", "on", "note")), claims.person)
    row = (own_id, str(given.program_id), claims.organisation, *values)
    yield "INSERT INTO contributions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
    facts |= {"thing_id": own_id, "name": given.unit, "organisation_id": claims.organisation}
    yield publish("contributions.contribution-recorded", own_id, facts)
    body = orjson.dumps(facts)
    yield "INSERT INTO keys VALUES (?, ?, ?)", (claims.person, key, body)
    return body


def applied(copies: list[tuple[str, str]], sequence: int) -> Work:
    """Copies, and how far they go."""
    yield "INSERT INTO copies VALUES (?, ?)", copies
    yield "UPDATE place SET sequence = ?", (sequence,)


def marked(rows: list[Row]) -> Work:
    """What the broker has."""
    now = time.time()
    yield "UPDATE ledger SET published_at = ? WHERE sequence = ?", [(now, row[0]) for row in rows]


async def relay(database: Database, client: Client, wake: asyncio.Event) -> None:
    """Publish atomic batches in order."""
    while True:
        wake.clear()
        while rows := await database.read(WAITING):
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
            await database.write(marked(rows))
        await wake.wait()


async def follow(database: Database, client: Client) -> None:
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
        copies = [(fact["thing_id"], fact["name"]) for fact in facts]
        sequence = events[-1].metadata.sequence.stream
        await database.write(applied(copies, sequence))
        now = time.time()
        latencies.extend(now - fact["committed"] for fact in facts)


class ThingIn(BaseModel):
    """The request."""

    name: str


class ContributionIn(BaseModel):
    """The request."""

    program_id: UUID
    kind: str
    amount: float
    unit: str
    value: int
    on: date
    note: str


def serve(database: Database) -> None:
    """Answer requests until the process is ended."""
    wake = asyncio.Event()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
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

    @app.post("/things", status_code=201)
    async def make(body: ThingIn, request: Request) -> Response:
        answer = await database.write(make_thing(claims_of(request, "coordinator"), body))
        wake.set()
        return Response(answer, 201, media_type="application/json")

    @app.post("/contributions", status_code=201)
    async def record(body: ContributionIn, request: Request) -> Response:
        key = request.headers["idempotency-key"]
        answer = await database.write(record_contribution(claims_of(request, "representative"), key, body))
        wake.set()
        return Response(answer, 201, media_type="application/json")

    @app.get("/applied")
    async def count() -> dict[str, int]:
        return {"applied": (await database.read("SELECT count(*) FROM copies"))[0][0]}

    @app.get("/latencies")
    async def measured() -> list[float]:
        taken = list(latencies)
        latencies.clear()
        return taken

    uvicorn.run(app, port=int(os.environ["BENCH_PORT"]), log_level="warning", access_log=False)
