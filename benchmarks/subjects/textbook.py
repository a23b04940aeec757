"""Textbook subject: FastAPI, async ORM, FastStream publish after commit."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from nats.js.api import ConsumerConfig
from pydantic import BaseModel
from sqlalchemy import ForeignKey, event, func, make_url, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.subjects.bearer import Claims, read
from benchmarks.workload import ORGANISATION, PARTNERSHIP, PERSON, PROGRAM


class Base(DeclarativeBase):
    """The tables of this subject."""


class Thing(Base):
    """What is made over HTTP."""

    __tablename__ = "things"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[str]
    name: Mapped[str]
    version: Mapped[int]


class Copy(Base):
    """What the subscriber writes."""

    __tablename__ = "copies"
    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]


class Program(Base):
    """What contributions are for."""

    __tablename__ = "programs"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partnership_id: Mapped[UUID]
    state: Mapped[str]


class Party(Base):
    """Who is bound by a partnership."""

    __tablename__ = "parties"
    partnership_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str]


class Member(Base):
    """Who belongs to an organisation."""

    __tablename__ = "people"
    member: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)


class Contribution(Base):
    """What a party gave."""

    __tablename__ = "contributions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("programs.id"), index=True)
    organisation_id: Mapped[UUID]
    kind: Mapped[str]
    amount: Mapped[float]
    unit: Mapped[str]
    value: Mapped[int]
    on: Mapped[date]
    note: Mapped[str]
    stated_by: Mapped[str]


class Key(Base):
    """An answer that was given under an Idempotency-Key."""

    __tablename__ = "keys"
    person: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]


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


class ContributionOut(ContributionIn):
    """The answer."""

    id: UUID
    organisation_id: UUID


class ThingMade(BaseModel):
    """The event."""

    thing_id: UUID
    name: str
    committed: float


url = make_url(os.environ["BENCH_DATABASE"].replace("{service}", "bench"))
driver = "sqlite+aiosqlite" if url.drivername.startswith("sqlite") else "postgresql+asyncpg"
engine = create_async_engine(url.set(drivername=driver))
if driver.startswith("sqlite"):

    @event.listens_for(engine.sync_engine, "connect")
    def durable(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


sessions = async_sessionmaker(engine, expire_on_commit=False)
broker = NatsBroker(os.environ["BENCH_NATS"], logger=None)
latencies: list[float] = []


@broker.subscriber(
    "evt.>",
    stream=JStream("EVENTS", declare=False),
    durable="textbook",
    config=ConsumerConfig(max_ack_pending=1000),
    pull_sub=PullSub(batch_size=100, timeout=1.0),
    ack_policy=AckPolicy.NACK_ON_ERROR,
)
async def follow(made: ThingMade) -> None:
    """Copy what was made."""
    async with sessions() as session:
        await session.merge(Copy(thing_id=made.thing_id, name=made.name))
        await session.commit()
    latencies.append(time.time() - made.committed)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Start and stop the broker with the application."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with sessions() as session:
        session.add(Program(id=PROGRAM, partnership_id=PARTNERSHIP, state="running"))
        session.add(Party(partnership_id=PARTNERSHIP, organisation_id=ORGANISATION, role="lead"))
        session.add(Member(member=PERSON, organisation_id=ORGANISATION))
        await session.commit()
    await broker.start()
    yield
    await broker.stop()
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


def token_of(request: Request) -> Claims:
    """Who asks; the token is read for each request."""
    return read(request.headers["authorization"].removeprefix("Bearer "))


TokenDep = Annotated[Claims, Depends(token_of)]


@app.post("/things", status_code=201)
async def make(body: ThingIn, token: TokenDep) -> ThingIn:
    """Commit, then publish."""
    if "coordinator" not in token.roles:
        raise HTTPException(403)
    async with sessions() as session:
        thing = Thing(id=uuid4(), agency=token.agency, name=body.name, version=1)
        session.add(thing)
        await session.commit()
    made = ThingMade(thing_id=thing.id, name=thing.name, committed=time.time())
    await broker.publish(made, f"evt.bench.things.thing-made.v1.{thing.id}", stream="EVENTS")
    return body


@app.post("/contributions", status_code=201)
async def contribute(
    body: ContributionIn, token: TokenDep, idempotency_key: Annotated[str, Header()]
) -> ContributionOut:
    """Commit, then publish."""
    async with sessions() as session:
        kept = await session.get(Key, (token.person, idempotency_key))
        if kept is not None:
            return ContributionOut.model_validate_json(kept.body)
        program = await session.get(Program, body.program_id)
        if program is None or program.state != "running":
            raise HTTPException(404)
        own = UUID(token.organisation)
        party = await session.get(Party, (program.partnership_id, own))
        if party is None or party.role == "observer":
            raise HTTPException(403)
        if await session.get(Member, (UUID(token.person), own)) is None:
            raise HTTPException(403)
        row = Contribution(id=uuid4(), organisation_id=own, stated_by=token.person, **body.model_dump())
        answer = ContributionOut(id=row.id, organisation_id=own, **body.model_dump())
        session.add_all([row, Key(person=token.person, key=idempotency_key, body=answer.model_dump_json())])
        await session.commit()
    made = ThingMade(thing_id=row.id, name=row.unit, committed=time.time())
    subject = f"evt.bench.contributions.contribution-recorded.v1.{row.id}"
    await broker.publish(made, subject, stream="EVENTS")
    return answer


@app.get("/applied")
async def applied() -> dict[str, int]:
    """How many copies there are."""
    async with sessions() as session:
        return {"applied": (await session.execute(select(func.count()).select_from(Copy))).scalar_one()}


@app.get("/latencies")
async def measured() -> list[float]:
    """Seconds from commit to copy, since the last call."""
    taken = list(latencies)
    latencies.clear()
    return taken


if __name__ == "__main__":
    import uvloop

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    uvicorn.run(app, port=int(os.environ["BENCH_PORT"]), log_level="warning", access_log=False)
