"""The textbook way: FastAPI, the async ORM, and an awaited FastStream publish after the commit."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import uvicorn
from fastapi import FastAPI
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from nats.js.api import ConsumerConfig
from pydantic import BaseModel
from sqlalchemy import event, func, make_url, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The tables of this subject."""


class Thing(Base):
    """What is made over HTTP."""

    __tablename__ = "things"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[int]


class Copy(Base):
    """What the subscriber writes."""

    __tablename__ = "copies"
    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]


class ThingIn(BaseModel):
    """The request."""

    name: str


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
    await broker.start()
    yield
    await broker.stop()
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/things", status_code=201)
async def make(body: ThingIn) -> ThingIn:
    """Commit, then publish."""
    async with sessions() as session:
        thing = Thing(id=uuid4(), name=body.name, version=1)
        session.add(thing)
        await session.commit()
    made = ThingMade(thing_id=thing.id, name=thing.name, committed=time.time())
    await broker.publish(made, f"evt.bench.things.thing-made.v1.{thing.id}", stream="EVENTS")
    return body


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
